// swift-tools-version: 6.2
// The whole house: one executable over the four layers, and the tests that need all of them.
import PackageDescription

let mpi = Package.Dependency.Trait.trait(name: "MPI", condition: .when(traits: ["MPI"]))
let openBLAS = Package.Dependency.Trait.trait(name: "OpenBLAS", condition: .when(traits: ["OpenBLAS"]))

let package = Package(
  name: "Assay",
  products: [.executable(name: "evaluate", targets: ["evaluate"])],
  traits: [
    .trait(name: "MPI", description: "Ranks as processes that mpirun or srun started; needs libopenmpi-dev."),
    .trait(name: "OpenBLAS", description: "A second opinion on products; needs libopenblas-dev."),
    .default(enabledTraits: ["OpenBLAS"]),
  ],
  dependencies: [
    .package(path: "Packages/TensorCore", traits: [openBLAS]),
    .package(path: "Packages/Sharding", traits: [mpi, openBLAS]),
    .package(path: "Packages/Models", traits: [mpi, openBLAS]),
    .package(path: "Packages/Jobs", traits: [mpi, openBLAS]),
  ],
  targets: [
    .executableTarget(
      name: "evaluate", dependencies: [.product(name: "EvaluateProgram", package: "Jobs")],
      path: "Tools/evaluate"),
    // What `Tests/Fuzz` feeds; the tests feed what was found.
    .target(
      name: "Feeding",
      dependencies: [
        .product(name: "Documents", package: "Jobs"), .product(name: "Tasks", package: "Jobs"),
        .product(name: "Models", package: "Models"), .product(name: "Tokenization", package: "Models"),
        .product(name: "Weights", package: "Models"), .product(name: "Chat", package: "Models"),
        .product(name: "Templating", package: "Models"), .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ], path: "Tests/Fuzz/Sources/Feeding"),
    .target(
      name: "FeedingCheckpoints",
      dependencies: [
        .product(name: "Checkpoints", package: "Jobs"), .product(name: "TensorCore", package: "TensorCore"),
      ], path: "Tests/Fuzz/Sources/FeedingCheckpoints"),
    .target(
      name: "FeedingJournals",
      dependencies: [
        .product(name: "Evaluations", package: "Jobs"), .product(name: "Journals", package: "Jobs"),
      ], path: "Tests/Fuzz/Sources/FeedingJournals"),
    .testTarget(
      name: "EndToEnd",
      dependencies: [
        "evaluate", "Feeding", "FeedingCheckpoints", "FeedingJournals",
        .product(name: "Checkpoints", package: "Jobs"),
        .product(name: "Digests", package: "Jobs"),
        .product(name: "Journals", package: "Jobs"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Tokenization", package: "Models"),
        .product(name: "Basics", package: "TensorCore"),
        .product(name: "TensorCore", package: "TensorCore"),
      ], path: "Tests/EndToEnd"),
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
