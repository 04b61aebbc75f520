import Foundation
import Templating
import Testing

@testable import Documents

@Suite("Where the splits of a data set are")
struct DatasetLayoutTests {
  private func splits(_ files: [String], _ split: String, _ configuration: String? = nil, card: String? = nil)
    -> [String]
  {
    (try? DatasetLayout(files: files, card: card).files(of: split, configuration: configuration)) ?? []
  }

  @Test("Shards come in their order, and before files of other names")
  func shards() {
    let files = [
      "README.md", "data/test-00001-of-00002-abc.parquet", "data/test-00000-of-00002-abc.parquet",
      "data/extra-00000-of-00001.parquet", "train.csv",
    ]
    #expect(splits(files, "test") == [files[2], files[1]])
    #expect(splits(files, "extra") == [files[3]])
    #expect(splits(files, "train").isEmpty)
  }

  @Test("Words in names of folders and files name the split, unless letters stand beside them")
  func words() {
    #expect(splits(["val/a.jsonl", "testing/b.jsonl"], "validation") == ["val/a.jsonl"])
    #expect(splits(["my-dev.json", "attest.json", "x_eval_2.json"], "test") == ["x_eval_2.json"])
    #expect(splits(["my-dev.json"], "validation") == ["my-dev.json"])
    #expect(splits(["contest.json"], "train") == ["contest.json"])
    #expect(splits(["dataset_infos.json", ".hidden.json", "a.zip"], "train").isEmpty)
  }

  @Test("The card's configurations win over names, the default one where none is asked for")
  func card() {
    let card = """
      ---
      license: mit
      configs:
      - config_name: en
        data_files:
        - {split: test, path: en/*.parquet}
        - {split: dev, path: [a.csv, "b-[0-9].csv"]}
      - config_name: all
        default: true
        data_files: "**/x.jsonl"
      - config_name: folder
        data_dir: sub
      ---
      # Text
      """
    let files = [
      "en/1.parquet", "en/2.parquet", "en/deep/3.parquet", "a.csv", "b-7.csv", "q/x.jsonl", "sub/test.json",
    ]
    #expect(splits(files, "test", "en", card: card) == ["en/1.parquet", "en/2.parquet"])
    #expect(splits(files, "dev", "en", card: card) == ["a.csv", "b-7.csv"])
    #expect(splits(files, "train", card: card) == ["q/x.jsonl"])
    #expect(splits(files, "test", "folder", card: card) == ["sub/test.json"])
    let layout = DatasetLayout(files: files, card: card)
    #expect(throws: DatasetLayout.Lack.configuration("fr", known: ["all", "en", "folder"])) {
      try layout.files(of: "test", configuration: "fr")
    }
    #expect(throws: DatasetLayout.Lack.split("train", known: ["test", "dev"])) {
      try layout.files(of: "train", configuration: "en")
    }
  }

  @Test("Patterns match as they do in a shell, and none takes long")
  func patterns() {
    func matches(_ pattern: String, _ path: String) -> Bool { PathPattern(pattern).matches(path) }
    #expect(matches("*.csv", "a.csv") && !matches("*.csv", "a/b.csv"))
    #expect(matches("**/b.csv", "b.csv") && matches("**/b.csv", "a/c/b.csv") && matches("a/**", "a/b/c"))
    #expect(matches("[!a-c]?", "dx") && !matches("[!a-c]?", "bx") && matches("[", "["))
    #expect(!matches(String(repeating: "*a", count: 200), String(repeating: "a", count: 2000) + "b"))
  }

  @Test("Lines and values are read from gzip and Zstandard as from plain files, and cut ones are refused")
  func compressed() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path
    for name in ["rows.jsonl.gz", "rows.jsonl.zst", "rows.json.gz", "rows.csv.zst"] {
      let rows = try DocumentFile.read("\(folder)/\(name)")
      #expect(rows.count == 3000, "\(name)")
      #expect(rows[2999]["n"] == .integer(2999))
      let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
      let path = NSTemporaryDirectory() + "cut-\(UUID().uuidString)-\(name)"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
      #expect(throws: DocumentError.self) { try DocumentFile.read(path) }
    }
    #expect(try DocumentFile.read("\(folder)/rows.jsonl.zst", limit: 2).count == 2)
  }
}
