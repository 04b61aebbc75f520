// swift-tools-version: 6.2
// Measures training; a package of its own, so that no consumer resolves what it needs.
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(path: ".."), .package(path: "../../Models"), .package(path: "../../TensorCore")],
  targets: [
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        .product(name: "Models", package: "Models"), .product(name: "ModelsTesting", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"), .product(name: "Training", package: "Jobs"),
        .product(name: "Weights", package: "Models"),
      ])
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
