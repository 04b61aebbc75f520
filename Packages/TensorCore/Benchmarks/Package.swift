// swift-tools-version: 6.2
// Measures the kernels; a package of its own, so that no consumer resolves what it needs.
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(path: "..")],
  targets: [
    .target(name: "CProbes", linkerSettings: [.linkedLibrary("openblas")]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["CProbes", .product(name: "TensorCore", package: "TensorCore")]),
  ]
)

for target in package.targets {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
