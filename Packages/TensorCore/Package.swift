// swift-tools-version: 6.2
// Layer 1 of 4.
import PackageDescription

let package = Package(
  name: "TensorCore",
  products: [
    .library(name: "Basics", targets: ["Basics"]),
    .library(name: "TensorCore", targets: ["TensorCore"]),
    .library(name: "TensorCoreTesting", targets: ["TensorCoreTesting"]),
  ],
  traits: [
    .trait(name: "OpenBLAS", description: "A second opinion on products; needs libopenblas-dev."),
    .default(enabledTraits: ["OpenBLAS"]),
  ],
  targets: [
    .target(name: "Basics"),
    .target(name: "CKernels"),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    .target(
      name: "TensorCore",
      dependencies: [
        "Basics", "CKernels", .target(name: "COpenBLAS", condition: .when(traits: ["OpenBLAS"])),
      ]),
    .target(name: "TensorCoreTesting", dependencies: ["TensorCore"]),
    .testTarget(name: "BasicsTests", dependencies: ["Basics"]),
    .testTarget(
      name: "TensorCoreTests", dependencies: ["CKernels", "TensorCore", "TensorCoreTesting"]),
  ]
)

for target in package.targets where target.type != .system && target.type != .binary {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
