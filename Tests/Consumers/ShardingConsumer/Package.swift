// swift-tools-version: 6.2
// Sees what Sharding makes public, and nothing else: a ranker of its own parameters, axes and rules on a mesh of threads.
import PackageDescription

let package = Package(
  name: "ShardingConsumer",
  dependencies: [
    .package(path: "../../../Packages/Sharding"),
    .package(path: "../../../Packages/TensorCore"),
  ],
  targets: [
    .target(
      name: "Ranking",
      dependencies: [
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .testTarget(
      name: "ShardingConsumerTests",
      dependencies: [
        "Ranking",
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
  ]
)
