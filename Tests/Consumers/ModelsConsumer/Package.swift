// swift-tools-version: 6.2
// Sees what Models makes public, and nothing else.
import PackageDescription

let package = Package(
  name: "ModelsConsumer",
  dependencies: [
    .package(path: "../../../Packages/Models"),
    .package(path: "../../../Packages/Sharding"),
    .package(path: "../../../Packages/TensorCore"),
  ],
  targets: [
    .testTarget(
      name: "ModelsConsumerTests",
      dependencies: [
        .product(name: "Chat", package: "Models"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ],
      resources: [.copy("Fixtures")])
  ]
)
