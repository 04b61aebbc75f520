import Documents
import Foundation
import Templating
import Testing

@testable import Tasks

@Suite("Arrow files")
struct ArrowTests {
  private static let python = ProcessInfo.processInfo.environment["ASSAY_PYTHON"]

  /// All kinds of columns, rows with and without nulls, over several batches.
  private static let writer = """
    import json, sys, datasets, pyarrow
    rows = [{"text": "é" * (i % 3), "maybe": None if i % 4 == 1 else i * 0.5, "label": i % 2, "flag": i % 3 == 0,
             "choices": {"text": ["a", "b"][: i % 3], "label": list(range(i % 3))},
             "nested": [[i], [], [None, -i]], "nothing": None, "small": None if i == 7 else -i} for i in range(2500)]
    dataset = datasets.Dataset.from_list(rows)
    dataset = dataset.cast_column("label", datasets.ClassLabel(names=["no", "yes"]))
    dataset = dataset.cast_column("small", datasets.Value("int16"))
    datasets.DatasetDict({"test": dataset}).save_to_disk(sys.argv[1] + "/saved", num_shards={"test": 2})
    table = dataset.data.table
    large = pyarrow.table({"text": pyarrow.array([r["text"] for r in rows], pyarrow.large_string()),
                           "half": pyarrow.array([r["label"] for r in rows], pyarrow.float32()),
                           "pair": pyarrow.array([[r["label"], 1] for r in rows], pyarrow.list_(pyarrow.int8(), 2))})
    with pyarrow.ipc.new_file(sys.argv[1] + "/large.arrow", large.schema) as file: file.write_table(large)
    with open(sys.argv[1] + "/rows.jsonl", "w") as file:
        for row in dataset: file.write(json.dumps(row, ensure_ascii=False) + "\\n")
    with open(sys.argv[1] + "/large.jsonl", "w") as file:
        for row in large.to_pylist(): file.write(json.dumps(row, ensure_ascii=False) + "\\n")
    options = pyarrow.ipc.IpcWriteOptions(compression="lz4")
    with pyarrow.ipc.new_stream(sys.argv[1] + "/packed.arrow", large.schema, options=options) as file: file.write_table(large)
    date = pyarrow.table({"day": pyarrow.array([1], pyarrow.date32())})
    with pyarrow.ipc.new_stream(sys.argv[1] + "/date.arrow", date.schema) as file: file.write_table(date)
    """

  private func written() throws -> String {
    let folder = NSTemporaryDirectory() + "arrow-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.python!)
    process.arguments = ["-c", Self.writer, folder]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return folder
  }

  private func lines(_ documents: [TemplateDictionary]) throws -> [String] {
    try documents.map { try TemplateValue.dictionary($0).json() }
  }

  @Test(
    "as datasets saves them, whole, say what datasets says; damaged ones say what is wrong",
    .enabled(if: python != nil, "needs ASSAY_PYTHON with datasets"))
  func datasets() throws {
    let folder = try written()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func expected(_ name: String) throws -> [String] {
      try String(contentsOfFile: "\(folder)/\(name).jsonl", encoding: .utf8).split(separator: "\n").map(
        String.init)
    }
    let saved = try DataRoot(path: folder).documents(of: TaskFile.Dataset(path: "saved"), split: "test")
    #expect(try lines(saved) == expected("rows"))
    let large = "\(folder)/large.arrow"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: large))
    #expect(try lines(ArrowDocuments.read(bytes, file: large)) == expected("large"))

    for (name, column, found) in [("packed", nil, "compression of rows"), ("date", "day", "dates")] {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).arrow"))
      let error = #expect(throws: DocumentError.self) { try ArrowDocuments.read(data, file: name) }
      #expect((error?.path, error?.column, error?.found) == (name, column, found))
    }
    // Cut anywhere, or with any byte another, it is an error or other values, never a crash.
    let shard = "\(folder)/saved/test/data-00001-of-00002.arrow"
    let whole = try Data(contentsOf: URL(fileURLWithPath: shard))
    for length in stride(from: 1, to: whole.count, by: whole.count / 60) {
      _ = try? ArrowDocuments.read(whole.prefix(length), file: "cut")
    }
    for place in (0..<4000).filter({ $0 % 7 == 0 }) {
      var damaged = whole
      damaged[place] ^= 0xFF
      _ = try? ArrowDocuments.read(damaged, file: "damaged")
    }
    let cut = #expect(throws: DocumentError.self) { try ArrowDocuments.read(whole.prefix(700), file: "cut") }
    #expect(cut?.found == "an end at 700")
    #expect(throws: DocumentError.self) { try ArrowDocuments.read(Data("no arrow".utf8), file: "text") }
  }
}
