import CZlib
import Foundation
import Models
import ModelsTesting
import Testing

@testable import Figures

@Suite("Figures")
struct FiguresTests {
  @Test("Ticks are whole steps of 1, 2 and 5")
  func ticks() {
    #expect(Scale([0, 100], roundsOut: true).labels == ["0", "20", "40", "60", "80", "100"])
    #expect(
      Scale([0.013, 0.088], roundsOut: true, count: 5).labels == [
        "0.00", "0.02", "0.04", "0.06", "0.08", "0.10",
      ])
    #expect(Scale([-3, 4], roundsOut: true, count: 4).labels == ["-4", "-2", "0", "2", "4"])
    #expect(Scale([7, 7], roundsOut: false).ticks == [4, 6, 8, 10], "a single number has a place")
    #expect(Scale([], roundsOut: true).ticks.count > 1)
    #expect(Scale([.nan, 1, .infinity, 3], roundsOut: true, count: 2).range == 1...3)
    #expect(Scale([0.3, 40], isLogarithmic: true, roundsOut: true).range == 0.2...50)
    #expect(Scale([1e-5, 1e5], isLogarithmic: true, roundsOut: true, count: 4).labels.count <= 6)
    #expect(Scale([1e9, 3e9], roundsOut: true, count: 2).labels == ["1e+09", "2e+09", "3e+09"])
    for value in [1e-300, 1e300, 1e299, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
      for other in [0, 1, -value] {
        #expect(Scale([other, value], roundsOut: true).ticks.count < 20, "no endless axis")
        #expect(Scale([other, value], isLogarithmic: true, roundsOut: true).ticks.count < 20)
      }
    }
  }

  @Test("A PNG file holds its pixels and its checksums")
  func png() throws {
    let image = FigureImage(width: 5, height: 3) { column, row in
      Color(UInt32(column * 40) << 16 | UInt32(row * 90) << 8 | 7)
    }
    let bytes = image.png
    #expect(bytes.prefix(8) == [137, 80, 78, 71, 13, 10, 26, 10])
    var place = 8
    var chunks: [String: [UInt8]] = [:]
    func number(_ at: Int) -> UInt32 { bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    while place < bytes.count {
      let end = place + 8 + Int(number(place))
      let body = Array(bytes[place + 4..<end])
      #expect(number(end) == UInt32(crc32(0, body, uInt(body.count))))
      chunks[String(decoding: body.prefix(4), as: UTF8.self)] = Array(body.dropFirst(4))
      place = end + 4
    }
    #expect(chunks["IHDR"] == [0, 0, 0, 5, 0, 0, 0, 3, 8, 2, 0, 0, 0] && chunks["IEND"] == [])
    let stream = try #require(chunks["IDAT"])
    var size = uLong(3 * 16)
    var rows = [UInt8](repeating: 1, count: Int(size))
    #expect(uncompress(&rows, &size, stream, uLong(stream.count)) == Z_OK && size == 48)
    for row in 0..<3 {
      #expect(rows[row * 16] == 0)
      for column in 0..<5 {
        let at = row * 16 + 1 + column * 3
        #expect(Array(rows[at..<at + 3]) == [UInt8(column * 40), UInt8(row * 90), 7])
      }
    }
  }

  @Test("Names become names of files")
  func names() {
    #expect(FigureFiles.fileName(of: "attention/layer 0:ä", step: 12) == "attention_layer_0___step12")
    #expect(FigureFiles.fileName(of: "loss.1-b", step: nil) == "loss.1-b")
  }

  @Test("Texts are escaped, and what is not a number breaks a line")
  func text() {
    let line = Figure.Line("a < b & c", x: [0, 1, 2, 3, 4], y: [1, 2, .nan, 3, .infinity])
    let drawing = Drawing(Figure("<t>", .lines([line], x: .init("x", unit: "s"), y: .init("y"))))
    let svg = drawing.svg
    #expect(svg.contains("a &lt; b &amp; c") && svg.contains("&lt;t&gt;") && svg.contains("x (s)"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    let runs = drawing.shapes.filter { if case .line(_, _, 2) = $0 { true } else { false } }
    let points = drawing.shapes.filter {
      if case .rectangle(let frame, _) = $0 { frame.width < 10 } else { false }
    }
    #expect(runs.count == 1 && points.count == 1, "a line of two points, and a point alone")
  }

  @Test("Empty figures are pictures too")
  func empty() {
    for lines in [[], [Figure.Line("none", x: [], y: [])], [Figure.Line("zero", x: [0], y: [0])]] {
      for isLogarithmic in [false, true] {
        let axis = Figure.Axis("x", isLogarithmic: isLogarithmic)
        #expect(Drawing(Figure("t", .lines(lines, x: axis, y: axis))).svg.contains("</svg>"))
      }
    }
    let panel = Figure.HeatMaps.Panel("p", rows: 1, columns: 1, values: [.nan])
    let maps = Figure.HeatMaps(
      [panel], panelsPerRow: 3, x: .init("x"), y: .init("y"), value: .init("v"), range: 0...0)
    #expect(Drawing(Figure("t", .heatMaps(maps))).svg.contains("</svg>"))
  }

  @Test("The figures of a GPT are three, as SVG and as PNG, at a step")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let settings = TinyGPT.settings()
    let reader = ParameterReader(MemorySource(TinyGPT.parameters(settings)), rules: GPT.sharding)
    let model = try GPT(settings, parameters: reader)
    let figures = try model.figures(of: [3, 17, 0, 36, 5, 5, 29, 11, 2, 30, 8])
    try FigureFiles.write(figures, to: folder + "/plots", step: 7)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/plots").sorted()
    #expect(
      names
        == ["attention", "residual_norm", "token_loss"].flatMap { ["\($0)_step7.png", "\($0)_step7.svg"] })
    for name in names {
      let content = try #require(FileManager.default.contents(atPath: "\(folder)/plots/\(name)"))
      #expect(content.starts(with: name.hasSuffix("svg") ? Array("<svg".utf8) : [137, 80, 78, 71]))
    }
  }

  @Test("A folder that cannot be written to is named")
  func unwritable() throws {
    let figure = Figure("n", .number(1, unit: ""))
    let error = #expect(throws: FigureError.self) {
      try FigureFiles.write(["n": figure], to: "/dev/null/plots")
    }
    #expect(error?.path == "/dev/null/plots/n.svg")
  }
}
