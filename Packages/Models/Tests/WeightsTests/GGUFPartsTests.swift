import Basics
import Foundation
import TensorCore
import Testing
import Weights

@Suite("Parts of a GGUF model")
struct GGUFPartsTests {
  /// A folder with files of one number each, which goes when the test does.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    init(_ files: [String: [UInt8]]) throws {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for (name, bytes) in files { try Data(bytes).write(to: url.appending(path: name)) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
  }

  private static func text(_ text: String) -> [UInt8] { .little(UInt64(text.utf8.count)) + Array(text.utf8) }

  /// A part with one tensor of one number.
  private static func part(
    _ number: UInt16, of count: UInt16, tensor: String, holding value: Float, tensors: Int32 = 2
  ) -> [UInt8] {
    var bytes = Array("GGUF".utf8) + .little(UInt32(3)) + .little(UInt64(1)) + .little(UInt64(3))
    bytes += text("split.no") + .little(UInt32(2)) + .little(number)
    bytes += text("split.count") + .little(UInt32(2)) + .little(count)
    bytes += text("split.tensors.count") + .little(UInt32(5)) + .little(tensors)
    bytes += text(tensor) + .little(UInt32(1)) + .little(UInt64(1)) + .little(UInt32(0)) + .little(UInt64(0))
    return bytes + Array(repeating: 0, count: (32 - bytes.count % 32) % 32) + .little(value.bitPattern)
  }

  private static let first = part(0, of: 2, tensor: "a", holding: 1)
  private static let second = part(1, of: 2, tensor: "b", holding: 2)

  private func refusal(_ files: [String: [UInt8]]) throws -> WeightsError.Kind {
    let folder = try Folder(files)
    return try #require(throws: WeightsError.self) { try openWeights(folder.path("m-00001-of-00002.gguf")) }
      .kind
  }

  @Test("The parts of a model are opened as one by any part and by their folder")
  func opened() throws {
    let names = ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"]
    let folder = try Folder([names[0]: Self.first, names[1]: Self.second])
    for path in names.map(folder.path) + [folder.url.path] {
      let weights = try openWeights(path)
      #expect(weights.names == ["a", "b"])
      #expect(try weights.tensor(named: "a").floats == [1])
      #expect(try weights.tensor(named: "b").floats == [2])
      #expect(weights.path.hasSuffix(names[0]))
      #expect(weights.files.map { ($0 as NSString).lastPathComponent } == names)
      #expect(weights.file(of: "b").hasSuffix(names[1]))
    }
  }

  @Test("Parts that are missing, foreign or incomplete are refused with what was found")
  func refused() throws {
    let (one, two) = ("m-00001-of-00002.gguf", "m-00002-of-00002.gguf")
    #expect(try refusal([one: Self.first]) == .noPart(two, of: 2))
    #expect(
      try refusal([one: Self.first, two: Self.first])
        == .violation(
          .value("the part by its metadata, counted from 0,", expected: "1 of 2", found: "0 of 2")))
    let more = Self.part(0, of: 2, tensor: "a", holding: 1, tensors: 3)
    #expect(
      try refusal([one: more, two: Self.second])
        == .value(key: "split.tensors.count", expected: "the 2 tensors of its 2 parts", found: "3"))
    let twice = Self.part(1, of: 2, tensor: "a", holding: 1)
    #expect(try refusal([one: Self.first, two: twice]) == .inTwoParts(tensor: "a"))
    let three = Self.part(0, of: 3, tensor: "a", holding: 1)
    #expect(
      try refusal([one: three, two: Self.second])
        == .violation(
          .value(
            "the name of one of 3 parts of a model",
            expected: "an end such as '-00001-of-3', with five digits each")))
  }

  @Test("Parts are told from other files by their names")
  func names() throws {
    let parts = try #require(GGUFParts(of: "a-b-00002-of-00011.gguf"))
    #expect(parts.name == "a-b" && parts.count == 11)
    #expect(parts[10] == "a-b-00011-of-00011.gguf")
    for other in ["a.gguf", "a-00003-of-00002.gguf", "a-00000-of-00002.gguf", "a-1-of-2.gguf"] {
      #expect(GGUFParts(of: other) == nil, "\(other)")
    }
    #expect(GGUFParts.only(of: ["x.gguf"]) == "x.gguf")
    #expect(GGUFParts.only(of: [parts[3], parts[4]]) == parts[0])
    #expect(GGUFParts.only(of: [parts[3], "x.gguf"]) == nil)
    #expect(GGUFParts.only(of: []) == nil)
  }
}
