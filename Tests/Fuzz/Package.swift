// swift-tools-version: 6.2
// libFuzzer targets, one a file format. `ci/fuzz` builds them with the flags that only a command line may set.
import PackageDescription

let formats = [
  "FuzzSafetensors", "FuzzGGUF", "FuzzNPZ", "FuzzTokenizer", "FuzzJinja", "FuzzJSONL", "FuzzCSV", "FuzzArrow",
  "FuzzParquet", "FuzzTask", "FuzzConfig",
]
let package = Package(
  name: "Fuzz",
  dependencies: [
    .package(path: "../../Packages/Jobs"), .package(path: "../../Packages/Models"),
    .package(path: "../../Packages/Sharding"), .package(path: "../../Packages/TensorCore"),
  ],
  targets: formats.map { name in
    .executableTarget(name: name, dependencies: ["Driver", "Feeding"])
  } + [
    .executableTarget(name: "FuzzHDF5", dependencies: ["Driver", "FeedingCheckpoints"]),
    .executableTarget(name: "FuzzJournal", dependencies: ["Driver", "FeedingJournals"]),
    .target(
      name: "FeedingJournals",
      dependencies: [
        .product(name: "Evaluations", package: "Jobs"), .product(name: "Journals", package: "Jobs"),
      ]),
    .target(name: "Driver"),
    .target(
      name: "FeedingCheckpoints",
      dependencies: [
        .product(name: "Checkpoints", package: "Jobs"), .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .target(
      name: "Feeding",
      dependencies: [
        .product(name: "Documents", package: "Jobs"), .product(name: "Tasks", package: "Jobs"),
        .product(name: "Models", package: "Models"), .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"), .product(name: "Weights", package: "Models"),
        .product(name: "Chat", package: "Models"), .product(name: "Templating", package: "Models"),
      ]),
  ]
)

for target in package.targets {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
