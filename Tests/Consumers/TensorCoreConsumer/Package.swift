// swift-tools-version: 6.2
// Sees what TensorCore makes public, and nothing else.
import PackageDescription

let package = Package(
  name: "TensorCoreConsumer",
  dependencies: [
    .package(path: "../../../Packages/TensorCore")
  ],
  targets: [
    .testTarget(
      name: "TensorCoreConsumerTests",
      dependencies: [
        .product(name: "TensorCore", package: "TensorCore")
      ])
  ]
)
