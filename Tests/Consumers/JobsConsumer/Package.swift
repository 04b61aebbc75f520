// swift-tools-version: 6.2
// A package downstream of Assay: a job and an evaluation of its own, and its own one-line binary.
import PackageDescription

let package = Package(
  name: "JobsConsumer",
  dependencies: [
    .package(path: "../../../Packages/Jobs"),
    .package(path: "../../../Packages/Models"),
    .package(path: "../../../Packages/Sharding"),
    .package(path: "../../../Packages/TensorCore"),
  ],
  targets: [
    .target(
      name: "Downstream",
      dependencies: [
        .product(name: "Checkpoints", package: "Jobs"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Evaluating", package: "Jobs"),
        .product(name: "Evaluations", package: "Jobs"),
        .product(name: "Jobs", package: "Jobs"),
        .product(name: "Models", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Training", package: "Jobs"),
      ]),
    .executableTarget(
      name: "downstream-evaluate",
      dependencies: ["Downstream", .product(name: "EvaluateProgram", package: "Jobs")]),
    .testTarget(
      name: "JobsConsumerTests",
      dependencies: [
        "Downstream", "downstream-evaluate",
        .product(name: "Checkpoints", package: "Jobs"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "EvaluateProgram", package: "Jobs"),
        .product(name: "Evaluating", package: "Jobs"),
        .product(name: "Evaluations", package: "Jobs"),
        .product(name: "Figures", package: "Jobs"),
        .product(name: "Jobs", package: "Jobs"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Training", package: "Jobs"),
      ]),
  ]
)
