import Foundation
import Testing

/// Results in the form of lm-evaluation-harness, read by its own code.
@Suite(
  "--output-format lm-eval",
  .enabled(
    if: Shared.hasModelAndGoldens && Shared.python != nil,
    Comment(rawValue: Shared.reason + ", and ASSAY_PYTHON with lm_eval 0.4.13")))
struct HarnessFilesTests {
  /// Reads both kinds of files as the harness's own tools do, and computes its digests again.
  private static let reader = """
    import glob, json, sys
    from lm_eval.utils import get_results_filenames, get_sample_results_filenames, get_latest_filename, \\
        hash_string, make_table
    import os
    names = sorted(glob.glob(sys.argv[1] + "/*/*"))
    results = get_latest_filename(get_results_filenames(names))
    report = json.load(open(results))
    print(make_table(report))
    for name in get_sample_results_filenames(names):
        lines = [json.loads(line) for line in open(name)]
        for line in lines:
            assert line["doc_hash"] == hash_string(json.dumps(line["doc"], indent=2, ensure_ascii=False)), name
            assert line["prompt_hash"] == hash_string(line["arguments"]["gen_args_0"]["arg_0"]), name
            assert line["target_hash"] == hash_string(line["target"]), name
            assert len(line["resps"]) == len(line["arguments"]), name
            assert all(metric in line for metric in line["metrics"]), name
            if len(line["resps"]) > 1:
                best = max(range(len(line["resps"])), key=lambda i: float(line["resps"][i][0][0]))
                assert line["acc"] == float(best == int(line["target"])), name
        task = os.path.basename(name).split("_2")[0][len("samples_"):]
        hashes = "".join(l["doc_hash"] + l["prompt_hash"] + l["target_hash"] for l in lines)
        assert len({l["filter"] for l in lines}) > 1 or report["task_hashes"][task] == hash_string(hashes), task
        print(task, len(lines))
    """

  @Test("lm-evaluation-harness reads our files: its reader of results, its table and its digests")
  func read() throws {
    let folder = try TemporaryFolder()
    let arguments = [
      "run", "--backbone", Shared.model!, "--data", "\(Shared.folder!)/eval", "--tasks-dir",
      "\(Shared.folder!)/eval/tasks", "--tasks", "arc_easy,gsm8k,wikitext", "--limit", "2", "--name", "h",
    ]
    #expect(try Program.run(arguments, in: folder).code == 0)
    // The run is done: the files are made of its samples.
    let again = try Program.run(arguments + ["--output-format", "lm-eval"], in: folder)
    #expect(again.code == 0 && again.errors.contains("already done"), "\(again.errors)")
    try folder.write(Self.reader, to: "read.py")
    let output = try Program.run(
      [folder.file("read.py"), folder.file("assay/results/general/default/h/lm-eval")], in: folder,
      environment: ["HF_HUB_OFFLINE": "1"], binary: Shared.python!)
    #expect(output.code == 0, "\(output.errors.suffix(2000))")
    #expect(output.output.contains("|arc_easy|"), "\(output.output)")
    for line in ["arc_easy 2", "gsm8k 4", "wikitext 2"] {
      #expect(output.output.contains(line), "\(output.output)")
    }
  }
}
