// swift-tools-version: 6.2
// Sees what Models makes public, and nothing else.
import PackageDescription

let package = Package(
  name: "ModelsConsumer",
  dependencies: [
    .package(path: "../../../Packages/Models"),
    .package(path: "../../../Packages/TensorCore"),
  ],
  targets: [
    .testTarget(
      name: "ModelsConsumerTests",
      dependencies: [
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
      ])
  ]
)
