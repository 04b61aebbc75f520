// swift-tools-version: 6.2
// Layer 1 of 4.
import PackageDescription

let package = Package(
  name: "TensorCore",
  products: [
    .library(name: "TensorCore", targets: ["TensorCore"]),
    .library(name: "TensorCoreTesting", targets: ["TensorCoreTesting"]),
  ],
  targets: [
    .target(name: "CKernels"),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "TensorCore", dependencies: ["CKernels", "COpenBLAS"]),
    .target(name: "TensorCoreTesting", dependencies: ["TensorCore"]),
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
