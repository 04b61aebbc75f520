// swift-tools-version: 6.2
// Layer 4 of 4.
import PackageDescription

let mpi = Package.Dependency.Trait.trait(name: "MPI", condition: .when(traits: ["MPI"]))
let openBLAS = Package.Dependency.Trait.trait(name: "OpenBLAS", condition: .when(traits: ["OpenBLAS"]))
/// What all layers share.
let basics = Target.Dependency.product(name: "Basics", package: "TensorCore")

let package = Package(
  name: "Jobs",
  products: [
    .library(name: "Backbones", targets: ["Backbones"]),
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Comparing", targets: ["Comparing"]),
    .library(name: "Digests", targets: ["Digests"]),
    .library(name: "Documents", targets: ["Documents"]),
    .library(name: "Evaluating", targets: ["Evaluating"]),
    .library(name: "Evaluations", targets: ["Evaluations"]),
    .library(name: "EvaluateProgram", targets: ["EvaluateProgram"]),
    .library(name: "Figures", targets: ["Figures"]),
    .library(name: "Hub", targets: ["Hub"]),
    .library(name: "Jobs", targets: ["Jobs"]),
    .library(name: "Journals", targets: ["Journals"]),
    .library(name: "Parquet", targets: ["Parquet"]),
    .library(name: "RemoteModels", targets: ["RemoteModels"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "Runs", targets: ["Runs"]),
    .library(name: "Serving", targets: ["Serving"]),
    .library(name: "Tasks", targets: ["Tasks"]),
    .library(name: "Training", targets: ["Training"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Ranks as processes that mpirun or srun started; needs libopenmpi-dev."),
    .trait(name: "OpenBLAS", description: "A second opinion on products; needs libopenblas-dev."),
    .default(enabledTraits: ["OpenBLAS"]),
  ],
  dependencies: [
    .package(path: "../Models", traits: [mpi, openBLAS]),
    .package(path: "../Sharding", traits: [mpi, openBLAS]),
    .package(path: "../TensorCore", traits: [openBLAS]),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // A trainer's log: the interface that programs around it listen to with backends of their own.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // The server: streams that wait for slow clients, on sockets that can be watched, without a dependency of its own; built in
    // 25 s where hummingbird, on SwiftNIO, takes 3 to 4.5 minutes.
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    // Digests: the system's libcrypto costs no build time; swift-crypto compiles 243 C files for one SHA-256.
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
    // The Hub: FoundationNetworking stands on libcurl too, but traps on lengths that a server may announce, and can bound
    // neither rate nor size.
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    // The journal: two tables and five statements, for which GRDB compiles 153 files.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // What Parquet files are compressed with.
    .systemLibrary(
      name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),
    .systemLibrary(
      name: "CZstandard", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(name: "CBundled", exclude: ["data"]),
    .target(name: "CTasks", exclude: ["definitions"]),
    .target(name: "CReports", exclude: ["page"]),
    .target(name: "Digests", dependencies: [.target(name: "CCrypto", condition: .when(platforms: [.linux]))]),
    .target(name: "Files", dependencies: ["Digests", basics]),
    .target(name: "CBridge", exclude: ["script"]),
    .target(
      name: "Bridge",
      dependencies: [
        "CBridge", basics,
        .product(name: "Templating", package: "Models"),
      ]),
    .target(name: "CSandbox", exclude: ["script"]),
    .target(name: "Sandbox", dependencies: ["CSandbox", basics]),
    .target(
      name: "Compression",
      dependencies: ["CBrotli", "CZlib", "CZstandard", basics]),
    .target(
      name: "Parquet",
      dependencies: [
        "Compression", basics,
        .product(name: "Templating", package: "Models"),
      ]),
    .target(
      name: "Documents",
      dependencies: [
        "Compression", "Parquet", "Yams", basics,
        .product(name: "Templating", package: "Models"),
      ]),
    .target(
      name: "Checkpoints",
      dependencies: [
        "CHDF5", "CZlib", "Digests", "Files", basics,
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      exclude: ["FORMAT.md"]),
    .target(
      name: "Figures",
      dependencies: [
        "Compression", "Files", basics,
        .product(name: "Models", package: "Models"),
      ]),
    .target(
      name: "Hub",
      dependencies: ["CCurl", "Digests", "Files", basics]),
    .target(
      name: "Evaluations",
      dependencies: [
        basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(name: "Metrics", dependencies: [.product(name: "Templating", package: "Models")]),
    .target(
      name: "Tasks",
      dependencies: [
        "Bridge", "CTasks", "Digests", "Documents", "Evaluations", "Files", "Metrics", "Sandbox", "Yams",
        basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(
      name: "Journals",
      dependencies: [
        "CSQLite", "Digests", "Evaluations", basics,
      ]),
    .target(
      name: "Jobs",
      dependencies: [
        "Checkpoints", "Evaluations", "Files", "Sandbox", "Tasks", basics,
        .product(name: "Configurate", package: "Models"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(
      name: "Backbones",
      dependencies: [
        "Checkpoints", "Digests", "Evaluations", "Files", "Hub", "Jobs", basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
        .product(name: "Weights", package: "Models"),
      ]),
    .target(
      name: "Runs",
      dependencies: [
        "Digests", "Evaluations", "Files", "Jobs", "Tasks", basics,
        .product(name: "Configurate", package: "Models"),
      ]),
    .target(
      name: "Comparing",
      dependencies: [
        "Digests", "Evaluations", "Files", "Jobs", "Runs", "Tasks", basics,
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .target(
      name: "Evaluating",
      dependencies: [
        "Backbones", "Checkpoints", "Digests", "Documents", "Evaluations", "Figures", "Files", "Hub", "Jobs",
        "Journals", "RemoteModels", "Runs", "Sandbox", "Tasks", basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(
      name: "RemoteModels",
      dependencies: [
        "Evaluations", "Hub", "Jobs", basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Templating", package: "Models"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(
      name: "Reports",
      dependencies: [
        "CReports", "Compression", "Digests", "Evaluations", "Figures", "Files", "Jobs", "Runs", basics,
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
      ]),
    .target(
      name: "Serving",
      dependencies: [
        "Digests", "Evaluations", "Jobs", basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "FlyingSocks", package: "FlyingFox"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Models", package: "Models"),
        .product(name: "Templating", package: "Models"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(name: "EventFiles", dependencies: ["Files", basics]),
    .target(
      name: "Training",
      dependencies: [
        "Backbones", "Checkpoints", "Digests", "Documents", "EventFiles", "Evaluating", "Evaluations",
        "Figures", "Files", "Jobs", "Runs", basics,
        .product(name: "Configurate", package: "Models"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .target(
      name: "EvaluateProgram",
      dependencies: [
        "Backbones", "CBundled", "Checkpoints", "Comparing", "Documents", "Evaluating", "Evaluations",
        "Figures", "Files", "Hub", "Jobs", "Journals", "RemoteModels", "Reports", "Runs", "Sandbox",
        "Serving",
        "Tasks", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Configurate", package: "Models"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Models", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
        .product(name: "Weights", package: "Models"),
      ]),
    .testTarget(name: "SandboxTests", dependencies: ["Sandbox"]),
    .testTarget(
      name: "BridgeTests",
      dependencies: [
        "Bridge", "JobsTesting", basics,
        .product(name: "Templating", package: "Models"),
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: [
        "Checkpoints", basics,
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      exclude: ["Fixtures"]),
    .testTarget(name: "DigestsTests", dependencies: ["Digests"]),
    .testTarget(
      name: "EvaluationsTests",
      dependencies: [
        "Evaluations", basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "ShardingTesting", package: "Sharding"),
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ], exclude: ["Fixtures"]),
    .testTarget(
      name: "FiguresTests",
      dependencies: [
        "CZlib", "Figures",
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
      ]),
    .testTarget(
      name: "DocumentsTests",
      dependencies: [
        "Documents", "JobsTesting", basics,
        .product(name: "Templating", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "ComparingTests",
      dependencies: [
        "Comparing", "Evaluations", "Jobs", "Runs", basics,
        .product(name: "TensorCoreTesting", package: "TensorCore"),
      ],
      exclude: ["Fixtures"]),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "HubTests", dependencies: ["Hub"], exclude: ["Fixtures"]),
    .testTarget(
      name: "ServingTests", dependencies: ["Serving", .product(name: "Logging", package: "swift-log")]),
    .testTarget(name: "JournalsTests", dependencies: ["Evaluations", "Journals"]),
    .target(
      name: "JobsTesting",
      dependencies: [
        "Checkpoints", "Evaluating", "Evaluations", "Jobs",
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "TensorCore", package: "TensorCore"),
      ],
      path: "Tests/JobsTesting"),
    .testTarget(
      name: "BackbonesTests",
      dependencies: [
        "Backbones", "Checkpoints", "Evaluations", "Jobs", "JobsTesting", basics,
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .testTarget(
      name: "EvaluatingTests",
      dependencies: [
        "Checkpoints", "Comparing", "Evaluating", "Evaluations", "Jobs", "JobsTesting", "Runs", basics,
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .testTarget(
      name: "JobsTests",
      dependencies: [
        "Jobs", "JobsTesting", basics,
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
      ]),
    .testTarget(
      name: "ParquetTests",
      dependencies: ["Compression", "Parquet", basics, .product(name: "Templating", package: "Models")],
      exclude: ["Fixtures"]),
    .testTarget(name: "EventFilesTests", dependencies: ["EventFiles"]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Compression", "Reports", "Runs", basics,
      ]),
    .testTarget(
      name: "RunsTests",
      dependencies: [
        "Evaluations", "Jobs", "Runs", basics,
        .product(name: "Configurate", package: "Models"),
      ]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Backbones", "Checkpoints", "Documents", "Evaluating", "Evaluations", "Jobs", "JobsTesting", "Runs",
        "Training", basics,
        .product(name: "Configurate", package: "Models"),
        .product(name: "Models", package: "Models"),
        .product(name: "ModelsTesting", package: "Models"),
        .product(name: "Sharding", package: "Sharding"),
        .product(name: "TensorCore", package: "TensorCore"),
        .product(name: "Tokenization", package: "Models"),
      ]),
    .testTarget(
      name: "MetricsTests",
      dependencies: ["Metrics", .product(name: "TensorCore", package: "TensorCore")]),
    .testTarget(
      name: "TasksTests",
      dependencies: [
        "Bridge", "Digests", "Documents", "Evaluations", "JobsTesting", "Sandbox", "Tasks", "Yams", basics,
        .product(name: "Chat", package: "Models"),
        .product(name: "Templating", package: "Models"),
        .product(name: "Tokenization", package: "Models"),
      ], exclude: ["Fixtures"]),
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
