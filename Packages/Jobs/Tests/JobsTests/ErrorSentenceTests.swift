import Basics
import Jobs
import Testing

/// The wording of errors of jobs; other tests compare their facts.
@Suite("Sentences of errors of jobs")
struct ErrorSentenceTests {
  private static let output = NonFiniteOutput(
    evaluation: "copa", document: 3, position: 17, value: "nan", stage: "blocks_2")

  @Test(
    "Each sentence about jobs is computed from the facts of its error",
    arguments: [
      (.registration(of: "job", "a/b", .twice), "job 'a/b' is registered twice"),
      (
        .registration(of: "perplexity evaluation", "tiny", .ending("_ppl")),
        "perplexity evaluation 'tiny' must have a key that ends in '_ppl'"
      ),
      (
        .unknownName(of: "job", "gpt/evl", nearest: "gpt/evaluate"),
        "unknown job 'gpt/evl'; did you mean 'gpt/evaluate'?"
      ),
      (
        .unknownCheckpoint(job: "p/g/n", suffix: "bset", nearest: "best", known: ["best"]),
        "job 'p/g/n' has no checkpoint 'bset'; it has 'best'; did you mean 'best'?"
      ),
      (.sameName(evaluation: "a"), "two evaluations are named 'a'; results are kept by name"),
      (
        .noEvaluations,
        "there is nothing to evaluate: name evaluations with --tasks A,B or the setting 'eval/evaluations'"
      ),
      (
        .folderName(role: "name", "../x"),
        "name '../x' cannot name a folder: it must be one path component without control characters"
      ),
      (
        .indivisible(shardInto: 2, devices: 1), "shardInto must divide devices, which is 1, found 2"
      ),
      (
        .setting(key: "eval/top_p", expected: "above 0 and at most 1", found: "0.0"),
        "eval/top_p must be above 0 and at most 1, found 0.0"
      ),
      (
        .unwritable(path: "a/b", reason: "no space left on device"),
        "cannot write 'a/b': no space left on device"
      ),
      (
        .lostEvents(path: "a/b", reason: "no space left on device"),
        "events are missing in 'a/b': no space left on device; the run itself is complete"
      ),
      (
        .memoryLimit(.stack, found: 65536, needed: 1 << 20),
        "the system gives each thread a stack of 64 KiB, and it needs 1024 KiB; see 'ulimit -s'"
      ),
      (
        .memoryLimit(.addressSpace, found: 300 << 20, needed: 96 << 20),
        "the system lets this process have 300 MiB of address space, and its threads find less than 96 MiB free in it; see 'ulimit -v'"
      ),
      (.option("--resume", .isFor("'run' only")), "--resume is for 'run' only"),
      (
        .option("--devices", .isFor("'run'", because: "'gate' runs on one rank")),
        "--devices is for 'run': 'gate' runs on one rank"
      ),
      (
        .option("--limit", .noEvaluations(.noneNamed)),
        "--limit is for evaluations, and none are named; name them with --tasks"
      ),
      (
        .option("--limit", .noEvaluations(.off(key: "training/evaluate"))),
        "--limit is for evaluations, and 'training/evaluate' is false, so that none are run"
      ),
      (
        .option("--devices", .launched(by: "mpirun", processes: 2)),
        "--devices makes ranks of threads, but mpirun has started 2 processes; leave one out"
      ),
      (
        .option("--shard-into", .ranks(2)),
        "--shard-into 2 needs as many ranks: give --devices 2, or start processes with mpirun or srun"
      ),
      (.missingFile(path: "a.txt", .corpus), "there is no file 'a.txt' in data/dataset"),
      (
        .malformedFile(path: "a", .contradiction(line: 2, .stop(request: 0, 4))),
        "line 2 of 'a' contradicts itself: request 0 has the 'stop' 4, which is none of its 'stops'"
      ),
      (
        .malformedFile(path: "a", .contradiction(line: 2, .positive(request: 0, token: 1, 1.5))),
        "line 2 of 'a' contradicts itself: token 1 of request 0 has the log-probability 1.5, above 0"
      ),
      (
        .malformedFile(
          path: "a", .contradiction(line: 2, .number(key: "empty", found: -1, allowed: 0...Int.max))),
        "line 2 of 'a' contradicts itself: 'empty' is -1, below 0"
      ),
      (.malformedFile(path: "a", .noSample(line: 2)), "line 2 of 'a' is no sample of an evaluation"),
      (
        .notFinite(output),
        "evaluation 'copa', document 3: the model's log-probability at position 17 is nan; the first output that "
          + "is not finite is that of 'blocks_2'"
      ),
    ] as [(JobError.Kind, String)])
  func sentence(kind: JobError.Kind, expected: String) { #expect("\(JobError(kind))" == expected) }

  @Test(
    "Each sentence about programs, servers and data sets is computed from the facts of its error",
    arguments: [
      (
        .unfit(job: "openai/evaluate", .needsServer), .usage,
        "job 'openai/evaluate' needs a server: give --backbone openai:URL#MODEL"
      ),
      (.served, .usage, "the model is held by a server, which 'run' can ask; give one that is loaded"),
      (.noTasks(command: "gate", model: "m"), .usage, "'gate' needs --tasks to run the model 'm'"),
      (.noSample(document: 7), .usage, "the run has no sample of document 7"),
      (
        .differingProducts, .internalError,
        "products differ from those of OpenBLAS by more than both may be off"
      ),
      (
        .option("--adapter", .needs(option: "--backbone", "the folder of the model that it adapts")), .usage,
        "--adapter needs --backbone with the folder of the model that it adapts"
      ),
      (.missingFile(path: "p", .python(.option)), .missingInput, "no program 'p' for --python"),
      (.missingFile(path: "p", .python(.variable("V"))), .missingInput, "no program 'p' of V"),
      (
        .missingFile(path: "p", .python(.code)), .missingInput,
        "no program 'p' for --allow-code, which runs Python"
      ),
      (.missingFile(path: "k", .key), .missingInput, "no file 'k' for --api-key-file"),
      (.malformedFile(path: "k", .noKey), .badData, "file 'k' must hold one key on one line"),
      (.malformedFile(path: "s", .noSettingsObject), .badData, "file 's': expected a JSON object"),
      (.missingFile(path: "d", .datasets), .missingInput, "there is no folder of data sets 'd'"),
    ] as [(JobError.Kind, Fault, String)])
  func resources(kind: JobError.Kind, fault: Fault, expected: String) {
    #expect("\(JobError(kind))" == expected)
    #expect(JobError(kind).fault == fault)
  }
}
