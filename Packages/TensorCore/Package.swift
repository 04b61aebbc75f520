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
  targets: [
    .target(name: "Basics"),
    .target(name: "CKernels"),
    .target(name: "TensorCore", dependencies: ["Basics", "CKernels"]),
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
