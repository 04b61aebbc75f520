import Foundation
import Testing

/// Data that are not in the data root, from a server that answers as the Hub's does.
@Suite("Data sets that are fetched")
struct DatasetTests {
  private static let task = """
    task: rows
    dataset_path: org/rows
    test_split: test
    output_type: multiple_choice
    doc_to_text: "{{z}}"
    doc_to_choice: ["a", "b"]
    doc_to_target: 0
    """

  @Test("A data set is fetched once, into the data root")
  func fetches() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.task, to: "tasks/rows.yaml")
    let server = try LocalHub()
    let arguments = [
      "run", "--restore", fixtures + "/eval_model", "--tasks-dir", "tasks", "--tasks", "rows", "--limit", "3",
    ]
    let environment = ["ASSAY_DATASETS_SERVER": server.address, "HF_HUB_OFFLINE": ""]
    let first = try Program.run(arguments, in: folder, environment: environment)
    #expect(first.code == 0, "\(first.errors)")
    let lines = try folder.read("data/rows/test.jsonl").split(separator: "\n")
    #expect(lines.count == 250)
    #expect(lines[249] == #"{"z": "é249", "a": [249, null, 0.5]}"#)
    // What is there is used without a question.
    let offline = ["ASSAY_DATASETS_SERVER": server.address, "HF_HUB_OFFLINE": "1"]
    #expect(try Program.run(arguments + ["--name", "again"], in: folder, environment: offline).code == 0)
  }

  @Test(
    "A data set is fetched as the files that the Hub has, or made of them, through its cache",
    arguments: ["org/card", "org/script"])
  func fetchesFiles(dataset: String) throws {
    let folder = try TemporaryFolder()
    let text = dataset == "org/card" ? "{{z}}" : "{{flag}}"
    try folder.write(
      Self.task.replacingOccurrences(of: "org/rows", with: dataset).replacingOccurrences(
        of: "{{z}}", with: text),
      to: "tasks/rows.yaml")
    let server = try LocalHub()
    let arguments = ["run", "--restore", fixtures + "/eval_model", "--tasks-dir", "tasks", "--tasks", "rows"]
    var environment = [
      "HF_ENDPOINT": server.address, "HF_HUB_OFFLINE": "", "ASSAY_DATASETS_SERVER": "",
      "HF_HUB_CACHE": folder.file("hub"),
    ]
    // A split that was fetched is linked, so that nothing is asked the next time.
    for name in ["first", "again"] {
      let outcome = try Program.run(arguments + ["--name", name], in: folder, environment: environment)
      #expect(outcome.code == 0, "\(outcome.errors)")
      environment["HF_HUB_OFFLINE"] = "1"
    }
    let name = dataset.dropFirst("org/".count)
    let links = try FileManager.default.contentsOfDirectory(atPath: folder.file("data/\(name)/test")).sorted()
    #expect(links == (dataset == "org/card" ? ["00000.jsonl"] : ["00000.parquet", "00001.parquet"]))
  }

  @Test("A data set that is missing is named with the path, the way to get it and the server's words")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let server = try LocalHub()
    let arguments = ["run", "--restore", fixtures + "/eval_model", "--tasks", "sciq"]
    let environment = ["ASSAY_DATASETS_SERVER": server.address]
    let outcome = try Program.run(arguments, in: folder, environment: environment)
    #expect(outcome.code == 66)
    for words in ["looked for 'data/sciq/test.jsonl'", "export-dataset", "has no data set 'allenai/sciq'"] {
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    let offline = try Program.run(arguments, in: folder, environment: ["HF_HUB_OFFLINE": "1"])
    #expect(offline.code == 66 && offline.errors.contains("HF_HUB_OFFLINE"), "\(offline.errors)")
  }
}
