// swift-tools-version: 6.2
// The whole house: one executable over the four layers, and the tests that need all of them.
import PackageDescription

let package = Package(
  name: "Assay",
  products: [.executable(name: "evaluate", targets: ["evaluate"])],
  traits: [
    .trait(name: "MPI", description: "Ranks as processes that mpirun or srun started; needs libopenmpi-dev.")
  ],
  dependencies: [
    .package(path: "Packages/TensorCore"),
    .package(path: "Packages/Sharding", traits: [.trait(name: "MPI", condition: .when(traits: ["MPI"]))]),
    .package(path: "Packages/Models", traits: [.trait(name: "MPI", condition: .when(traits: ["MPI"]))]),
    .package(path: "Packages/Jobs", traits: [.trait(name: "MPI", condition: .when(traits: ["MPI"]))]),
  ],
  targets: [
    .executableTarget(
      name: "evaluate", dependencies: [.product(name: "EvaluateProgram", package: "Jobs")],
      path: "Tools/evaluate"),
    .testTarget(
      name: "EndToEnd",
      dependencies: [
        "evaluate",
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
