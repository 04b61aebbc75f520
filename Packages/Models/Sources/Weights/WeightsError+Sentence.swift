import Basics
import TensorCore

extension WeightsError {
  public var description: String { "'\(path)': \(reason)" }

  /// What is wrong, without the file.
  public var reason: String {
    switch place {
    case nil: sentence
    case .tensor(let name): "tensor '\(name)'\(separator)\(sentence)"
    case .array(let name): "array '\(name)'\(separator)\(sentence)"
    case .member(let name): "member '\(name)': \(sentence)"
    case .byte(let offset): "byte \(offset): \(sentence)"
    case .directory(let offset): "ZIP directory, byte \(offset): \(sentence)"
    }
  }

  private var separator: String {
    if case .elementType(_, isKnown: true) = kind { " " } else { ": " }
  }

  private var sentence: String {
    switch kind {
    case .missing: "no such file or folder"
    case .unmapped(let reason): "cannot be mapped: \(reason)"
    case .unwritable(let reason): "cannot be written: \(reason)"
    case .unknownEnding: "weights end in .safetensors, .safetensors.index.json, .gguf or .npz"
    case .pickle(let isOnly):
      (isOnly ? "the folder's only weights are PyTorch's: " : "")
        + "a pickle can run code when it is opened, so it is refused; convert it where you trust it: "
        + "AutoModelForCausalLM.from_pretrained(FOLDER).save_pretrained(NEW_FOLDER) writes safetensors"
    case .adapter(let base):
      "a LoRA adapter\(base.map { " of '\($0)'" } ?? "") and no model; name the model's folder, and this one as its adapter: "
        + "--backbone \(base ?? "BASE") --adapter \(path)"
    case .noPart(let name, let count): "one of \(count) parts of a model; there is no '\(name)' beside it"
    case .inTwoParts(let tensor): "tensor '\(tensor)' is in another part too"
    case .severalWeights(let files):
      "which weights? the folder has \(quotedList(files)) and no 'model.safetensors.index.json'"
    case .noWeights: "no weights: expected 'model.safetensors', its index, a .gguf or a .npz"
    default: contentSentence
    }
  }

  private var contentSentence: String {
    switch kind {
    case .noTensor(let name, let nearest): "no tensor '\(name)'\(suggestion(nearest))"
    case .noVocabulary(let key): "no vocabulary: expected '\(key)', a list of texts"
    case .repeated(let what, let name): "\(what) '\(name)' occurs twice"
    case .overlap(let names): "tensors \(quotedList(names, separator: " and ")) overlap"
    case .shape(let kind): TensorFileError(kind, path: path).reason
    case .value(let key, let expected, let found): "'\(key)': expected \(expected), found \(found)"
    case .elementType(let found, isKnown: true): "has elements of type '\(found)', which is not supported"
    case .elementType(let found, isKnown: false): "unknown dtype '\(found)'"
    case .checksum(let expected, let found):
      "damaged: its bytes have the CRC-32 \(found), the archive has \(expected)"
    case .index(let tensor, let file, isListed: true):
      "tensor '\(tensor)' is not in '\(file)', where the index puts it"
    case .index(let tensor, let file, isListed: false):
      "tensor '\(tensor)' of '\(file)' is not in the index"
    case .size(let part, let expected, let found): "\(part): expected \(expected) bytes, found \(found)"
    case .noJSON(let error): "\(error)"
    case .violation(let violation): "\(violation)"
    default: ""
    }
  }
}
