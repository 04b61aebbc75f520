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
    words = ["a", None, "é" * 30, ""]
    index = lambda kind: pyarrow.dictionary(kind, pyarrow.string())
    chunk = lambda first: pyarrow.table({
        "word": pyarrow.array([words[(i + first) % 4] for i in range(40)], index(pyarrow.int8())),
        "wide": pyarrow.array([words[i % 3] for i in range(40)], index(pyarrow.uint64())),
        "words": pyarrow.array([words[: i % 4] for i in range(40)], pyarrow.list_(index(pyarrow.int32()))),
        "pairs": pyarrow.DictionaryArray.from_arrays(pyarrow.array([0, 1] * 20), pyarrow.array([[first], []])),
        "record": pyarrow.array([{"w": words[i % 4], "n": i} for i in range(40)],
                                pyarrow.struct([("w", index(pyarrow.int16())), ("n", pyarrow.int64())])),
        "view": pyarrow.array([words[i % 4] for i in range(40)], pyarrow.string_view()),
        "same": pyarrow.array([7.5] * 40), "flag": pyarrow.array([i > first for i in range(40)])})
    def write(name, make, tables, **options):
        options = pyarrow.ipc.IpcWriteOptions(**options)
        with make(f"{sys.argv[1]}/{name}.arrow", tables[0].schema, options=options) as file:
            for table in tables: file.write_table(table)
        with open(f"{sys.argv[1]}/{name}.jsonl", "w") as file:
            for table in tables:
                for row in table.to_pylist(): file.write(json.dumps(row, ensure_ascii=False) + "\\n")
    for codec in ["lz4", "zstd"]:
        write("large_" + codec, pyarrow.ipc.new_stream, [large], compression=codec)
        write("coded_" + codec, pyarrow.ipc.new_stream, [chunk(0), chunk(1)], compression=codec)
    write("coded_replaced", pyarrow.ipc.new_stream, [chunk(0), chunk(1)])
    write("coded_unified", pyarrow.ipc.new_file, [chunk(0), chunk(0)], unify_dictionaries=True)
    grown = [pyarrow.table({"word": pyarrow.array(words, index(pyarrow.int8()))}) for words in [["a"], ["a", "b"]]]
    write("coded_delta", pyarrow.ipc.new_stream, grown, emit_dictionary_deltas=True)
    try:
        import polars
        frame = polars.DataFrame({"text": words * 9, "kind": polars.Series(words * 9, dtype=polars.Categorical)})
        for codec in ["uncompressed", "lz4", "zstd"]:
            frame.write_ipc(f"{sys.argv[1]}/polars_{codec}.arrow", compression=codec)
            with open(f"{sys.argv[1]}/polars_{codec}.jsonl", "w") as file:
                for row in frame.to_dicts(): file.write(json.dumps(row, ensure_ascii=False) + "\\n")
    except ImportError: pass
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
    "Arrow files that datasets saves give its rows, and damaged ones an error",
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

    let day = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/date.arrow"))
    let error = #expect(throws: DocumentError.self) { try ArrowDocuments.read(day, file: "day") }
    #expect((error?.path, error?.column, error?.found) == ("day", "day", "dates"))
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

  @Test(
    "Arrow files with dictionaries, views of texts and compressed rows give pyarrow's rows, and damaged ones never crash",
    .enabled(if: python != nil, "needs ASSAY_PYTHON with pyarrow"))
  func encoded() throws {
    let folder = try written()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasPrefix("coded_") || $0.hasPrefix("large_") || $0.hasPrefix("polars_") }
      .filter { $0.hasSuffix(".arrow") }.sorted()
    #expect(names.count >= 7)
    var random = SystemRandomNumberGenerator()
    for name in names {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      let path = "\(folder)/\(name.replacingOccurrences(of: ".arrow", with: ".jsonl"))"
      let expected = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
      #expect(try lines(ArrowDocuments.read(bytes, file: name)) == expected, "\(name)")
      for _ in 0..<100 {
        var damaged = bytes
        for _ in 0..<3 {
          damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        _ = try? ArrowDocuments.read(damaged, file: "damaged")
      }
    }
  }
}
