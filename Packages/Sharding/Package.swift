// swift-tools-version: 6.2
// Layer 2 of 4.
import PackageDescription

let openBLAS = Package.Dependency.Trait.trait(name: "OpenBLAS", condition: .when(traits: ["OpenBLAS"]))

let package = Package(
  name: "Sharding",
  products: [
    .library(name: "Sharding", targets: ["Sharding"]),
    .library(name: "ShardingTesting", targets: ["ShardingTesting"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Ranks as processes that mpirun or srun started; needs libopenmpi-dev."),
    .trait(name: "OpenBLAS", description: "A second opinion on products; needs libopenblas-dev."),
    .default(enabledTraits: ["OpenBLAS"]),
  ],
  dependencies: [
    .package(path: "../TensorCore", traits: [openBLAS])
  ],
  targets: [
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .target(
      name: "Sharding",
      dependencies: [
        .target(name: "CMPI", condition: .when(traits: ["MPI"])),
        .product(name: "Basics", package: "TensorCore"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .target(
      name: "ShardingTesting",
      dependencies: ["Sharding", .product(name: "TensorCore", package: "TensorCore")]),
    // One rank of the runs that `ci/mpi` and `ci/slurm` make.
    .executableTarget(
      name: "check-mesh",
      dependencies: [
        "Sharding", "ShardingTesting", .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .testTarget(
      name: "ShardingTests",
      dependencies: [
        "Sharding", "ShardingTesting", .product(name: "TensorCore", package: "TensorCore"),
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
