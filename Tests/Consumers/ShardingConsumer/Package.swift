// swift-tools-version: 6.2
// Sees what Sharding makes public, and nothing else.
import PackageDescription

let package = Package(
  name: "ShardingConsumer",
  dependencies: [
    .package(path: "../../../Packages/Sharding"),
    .package(path: "../../../Packages/TensorCore"),
  ],
  targets: [
    .testTarget(
      name: "ShardingConsumerTests",
      dependencies: [
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ])
  ]
)
