// swift-tools-version: 6.2
// Layer 3 of 4.
import PackageDescription

let mpi = Package.Dependency.Trait.trait(name: "MPI", condition: .when(traits: ["MPI"]))
let openBLAS = Package.Dependency.Trait.trait(name: "OpenBLAS", condition: .when(traits: ["OpenBLAS"]))

let package = Package(
  name: "Models",
  products: [
    .library(name: "Chat", targets: ["Chat"]),
    .library(name: "Configurate", targets: ["Configurate"]),
    .library(name: "Templating", targets: ["Templating"]),
    .library(name: "Tokenization", targets: ["Tokenization"]),
    .library(name: "Weights", targets: ["Weights"]),
    .library(name: "Models", targets: ["Models"]),
    .library(name: "ModelsTesting", targets: ["ModelsTesting"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Ranks as processes that mpirun or srun started; needs libopenmpi-dev."),
    .trait(name: "OpenBLAS", description: "A second opinion on products; needs libopenblas-dev."),
    .default(enabledTraits: ["OpenBLAS"]),
  ],
  dependencies: [
    .package(path: "../Sharding", traits: [mpi, openBLAS]),
    .package(path: "../TensorCore", traits: [openBLAS]),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(
      name: "Configurate", dependencies: ["Yams", .product(name: "Basics", package: "TensorCore")]),
    .target(
      name: "Templating", dependencies: [.product(name: "Basics", package: "TensorCore")],
      path: "Sources/Text/Templating"),
    .target(
      name: "Chat", dependencies: ["Templating", .product(name: "Basics", package: "TensorCore")],
      path: "Sources/Text/Chat"),
    .target(
      name: "Tokenization",
      dependencies: ["Configurate", "Weights", .product(name: "Basics", package: "TensorCore")],
      path: "Sources/Text/Tokenization"),
    .target(
      name: "Weights",
      dependencies: [
        .product(name: "Basics", package: "TensorCore"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .target(
      name: "Models",
      dependencies: [
        "Configurate", "Weights",
        .product(name: "Basics", package: "TensorCore"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .target(
      name: "ModelsTesting",
      dependencies: ["Models", .product(name: "TensorCore", package: "TensorCore")]),
    .testTarget(
      name: "ConfigurateTests",
      dependencies: ["Configurate", .product(name: "Basics", package: "TensorCore")]),
    .testTarget(name: "TemplatingTests", dependencies: ["Chat", "Templating"], exclude: ["Fixtures"]),
    .testTarget(
      name: "TokenizationTests",
      dependencies: [
        "Configurate", "Tokenization", "Weights", .product(name: "Basics", package: "TensorCore"),
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "WeightsTests",
      dependencies: [
        "Weights", .product(name: "Basics", package: "TensorCore"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "BackboneTests",
      dependencies: [
        "Models", "ModelsTesting", "Weights",
        .product(name: "Basics", package: "TensorCore"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "ShardingTesting", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      resources: [
        .copy("Adapters"), .copy("Converted"), .copy("Dense"), .copy("Fixtures"), .copy("Gemma"),
        .copy("Hybrids"),
        .copy("Mixtures"),
        .copy("Quantised"),
        .copy("Original"),
        .copy("settings.json"),
      ]),
    .testTarget(
      name: "ModelsTests",
      dependencies: [
        "Configurate", "Models", "ModelsTesting",
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "ShardingTesting", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "TensorCoreTesting", package: "TensorCore"),
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
