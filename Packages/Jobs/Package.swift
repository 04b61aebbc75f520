// swift-tools-version: 6.2
// Layer 4 of 4.
import PackageDescription

let package = Package(
  name: "Jobs",
  products: [
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Evaluation", targets: ["Evaluation"]),
    .library(name: "Figures", targets: ["Figures"]),
    .library(name: "Hub", targets: ["Hub"]),
    .library(name: "Journal", targets: ["Journal"]),
    .library(name: "Jobs", targets: ["Jobs"]),
    .library(name: "EvaluateCommand", targets: ["EvaluateCommand"]),
    .library(name: "Tasks", targets: ["Tasks"]),
    .library(name: "Training", targets: ["Training"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Ranks as processes that mpirun or srun started; needs libopenmpi-dev.")
  ],
  dependencies: [
    .package(path: "../Models", traits: [.trait(name: "MPI", condition: .when(traits: ["MPI"]))]),
    .package(path: "../Sharding", traits: [.trait(name: "MPI", condition: .when(traits: ["MPI"]))]),
    .package(path: "../TensorCore"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // The journal: a kept library for transactions in SQLite.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // A trainer's log: the interface that programs around it listen to with backends of their own.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
  ],
  targets: [
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CBundled", exclude: ["data"]),
    .target(
      name: "Checkpoints",
      dependencies: [
        "CHDF5", "CZlib", "Files",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      exclude: ["FORMAT.md"]),
    .target(
      name: "Evaluation",
      dependencies: [
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(name: "Figures", dependencies: ["CZlib", "Files", .product(name: "Models", package: "Models")]),
    .target(name: "Files"),
    .target(name: "Hub", dependencies: ["Files", .product(name: "Crypto", package: "swift-crypto")]),
    .target(name: "CTasks", exclude: ["definitions"]),
    .target(
      name: "Tasks",
      dependencies: [
        "CTasks", "Evaluation", "SwiftCSV", "Yams",
        .product(name: "Configurate", package: "Models"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(
      name: "Training",
      dependencies: [
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .target(
      name: "Journal",
      dependencies: [
        "Evaluation",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "Jobs",
      dependencies: [
        "Checkpoints", "Evaluation", "Figures", "Files", "Hub", "Journal", "Tasks", "Training",
        .product(name: "Configurate", package: "Models"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
        .product(name: "Weights", package: "Models"),
      ]),
    .target(
      name: "EvaluateCommand",
      dependencies: [
        "CBundled", "Checkpoints", "Evaluation", "Files", "Hub", "Jobs", "Tasks", "Journal", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
        .product(name: "Weights", package: "Models"),
      ]),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: [
        "Checkpoints",
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Evaluation",
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "ShardingTesting", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .testTarget(
      name: "FiguresTests",
      dependencies: [
        "CZlib", "Figures",
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
      ]),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "HubTests", dependencies: ["Hub"], exclude: ["Fixtures"]),
    .testTarget(name: "JournalTests", dependencies: ["Evaluation", "Journal"]),
    .testTarget(
      name: "JobsTests",
      dependencies: [
        "Checkpoints", "Evaluation", "Jobs", "Training",
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training",
        .product(name: "Configurate", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .testTarget(
      name: "TasksTests",
      dependencies: [
        "Evaluation", "Tasks",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Templating", package: "Models"),
        .product(name: "Tokenization", package: "Models"),
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
