// swift-tools-version: 6.2
// Layer 2 of 4.
import PackageDescription

let package = Package(
  name: "Sharding",
  products: [
    .library(name: "Sharding", targets: ["Sharding"]),
    .library(name: "ShardingTesting", targets: ["ShardingTesting"]),
  ],
  dependencies: [.package(path: "../TensorCore")],
  targets: [
    .target(
      name: "Sharding", dependencies: [.product(name: "TensorCore", package: "TensorCore")]),
    .target(
      name: "ShardingTesting",
      dependencies: ["Sharding", .product(name: "TensorCore", package: "TensorCore")]),
    .testTarget(
      name: "ShardingTests",
      dependencies: [
        "Sharding", "ShardingTesting", .product(name: "TensorCore", package: "TensorCore"),
      ]),
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
