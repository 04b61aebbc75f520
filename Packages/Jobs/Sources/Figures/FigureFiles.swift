public import Basics
import Files
import Foundation
public import Models

/// Figures as files.
public enum FigureFiles {
  /// Writes each figure as `NAME.svg` and `NAME.png`, or with `_stepN` before the dot, into `folder`, which is made where
  /// it is missing. Each file appears complete or not at all.
  ///
  /// Characters of a name outside `[A-Za-z0-9_.-]` become `_`.
  ///
  /// - Parameter step: The step of a training run that the figures show.
  /// - Throws: ``FigureError`` with the path and the operating system's reason.
  public static func write(_ figures: [String: Figure], to folder: String, step: Int? = nil) throws {
    guard !figures.isEmpty else { return }
    for (name, figure) in figures.sorted(by: { $0.key < $1.key }) {
      let path = "\(folder)/\(fileName(of: name, step: step))"
      let drawing = Drawing(figure)
      for format in FigureFormat.allCases {
        try write(data(of: drawing, as: format), to: "\(path).\(format.rawValue)")
      }
    }
  }

  /// Writes one figure as a file whose name ends in `.svg` or `.png`, whole or not at all.
  ///
  /// - Throws: ``FigureError``.
  /// - Precondition: The name has such an ending.
  public static func write(_ figure: Figure, toFile path: String) throws(FigureError) {
    guard let format = FigureFormat(path: path) else { preconditionFailure("no format of '\(path)'") }
    try write(Self.data(of: Drawing(figure), as: format), to: path)
  }

  private static func data(of drawing: Drawing, as format: FigureFormat) -> Data {
    switch format {
    case .svg: Data(drawing.svg.utf8)
    case .png: Data(drawing.image(pixelsPerPoint: 2).png)
    }
  }

  /// A figure's file name without its ending.
  static func fileName(of name: String, step: Int?) -> String {
    let safe = name.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "_.-".contains(character))
        ? character : "_"
    }
    return String(safe) + (step.map { "_step\($0)" } ?? "")
  }

  private static func write(_ data: Data, to path: String) throws(FigureError) {
    do { try WholeFile.write(data, to: path) } catch { throw FigureError(path: path, reason: error.reason) }
  }
}

extension Figure {
  /// The figure as an SVG element for a page, read out as its title.
  ///
  /// Its colours are custom properties, `--figure-ground`, `--figure-text`, `--figure-faint`, `--figure-axis`,
  /// `--figure-grid` and `--line-0` to `--line-6`, so that the page may be dark; where it defines none, they are those of
  /// the files.
  public var pageElement: String { Drawing(self).element(label: title) }
}

/// The forms in which figures are written; the raw value is the ending of a file.
public enum FigureFormat: String, Sendable, CaseIterable {
  case svg, png

  /// The one that a path ends in.
  public init?(path: String) {
    self.init(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased())
  }
}

/// A figure that could not be written.
public struct FigureError: ReportableError, Sendable, Equatable {
  public let path: String
  public let reason: String

  public var fault: Fault { .usage }

  public var description: String { "cannot write '\(path)': \(reason)" }
}
