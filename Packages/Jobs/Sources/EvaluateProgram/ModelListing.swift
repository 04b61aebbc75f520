import Basics
import Models

/// What 'list models' prints of architectures: their names, the kinds of files that are read, what they need, and what is
/// tested.
struct ModelListing {
  private let architectures: [Architecture]

  init(_ architectures: [Architecture]) { self.architectures = architectures }

  /// A line for each architecture.
  var json: String {
    architectures.map { architecture in
      func list(_ texts: [String]) -> JSONValue { .list(texts.map(JSONValue.text)) }
      return JSONValue.object([
        ("names", list(architecture.names)), ("wholes", list(architecture.multimodalTypes)),
        ("gguf", .optional(architecture.gguf?.architecture)), ("files", list(architecture.kindsOfFiles)),
        ("needs", list(architecture.needs)), ("tested", list(architecture.compared.map(\.rawValue))),
      ]).line + "\n"
    }.joined()
  }

  /// Columns under a header: values of `model_type`, the name in GGUF files, kinds of files, what is tested, needs.
  var table: String {
    TextTable(
      header: ["model_type", "general.architecture", "files", "tested", "needs"],
      rows: architectures.map(Self.row)
    ).text
  }

  /// Columns under a header: ways to store quantised weights in folders, what is read of each, how it is held.
  var quantizations: String {
    TextTable(
      header: ["quant_method", "what is read", "held in"],
      rows: QuantizationMethod.all.map { [$0.name, $0.forms, $0.held] }
    ).text
  }

  private static func row(_ architecture: Architecture) -> [String] {
    [
      (architecture.names + architecture.multimodalTypes).joined(separator: ","),
      architecture.gguf?.architecture ?? "", architecture.kindsOfFiles.joined(separator: ","),
      architecture.compared.map(\.rawValue).joined(separator: ","),
      architecture.needs.joined(separator: "; "),
    ]
  }
}

extension Architecture {
  fileprivate var kindsOfFiles: [String] { gguf == nil ? ["folder"] : ["folder", "GGUF"] }

  fileprivate var needs: [String] {
    (withoutGradients == nil ? [] : ["no training"])
      + (multimodalTypes.isEmpty ? [] : ["texts only, of \(multimodalTypes.joined(separator: ", "))"])
  }
}
