public import Templating

/// What stands in one place of all documents: in a field, in the lists of a field, in a field of its objects.
///
/// JSON has no columns, yet the `datasets` library makes some of it, each of one type: where `1` and `1.5` stand in one column,
/// the first is `1.0`, which templates write so. What is of several kinds otherwise, and objects that have not all the same
/// fields, it leaves as they are.
///
/// - Source: datasets 5.2, `packaged_modules/json`, which reads by pyarrow.
public struct NumberColumns {
  private struct Kinds: OptionSet {
    let rawValue: Int
    static let integer = Kinds(rawValue: 1)
    static let float = Kinds(rawValue: 2)
    static let list = Kinds(rawValue: 4)
    static let object = Kinds(rawValue: 8)
    static let other = Kinds(rawValue: 16)
  }

  private final class Place {
    var kinds: Kinds = []
    var count = 0
    var fields: [String: Place] = [:]
    var elements: Place?

    func see(_ value: TemplateValue) {
      switch value {
      case .null, .undefined: break
      case .integer: kinds.insert(.integer)
      case .float: kinds.insert(.float)
      case .list(let list):
        kinds.insert(.list)
        let place = elements ?? Place()
        elements = place
        list.forEach(place.see)
      case .dictionary(let object):
        kinds.insert(.object)
        see(object)
      default: kinds.insert(.other)
      }
      count += 1
    }

    func see(_ object: TemplateDictionary) {
      for case .string(let name) in object.keys {
        let place = fields[name] ?? Place()
        fields[name] = place
        place.see(object[name] ?? .null)
      }
    }

    /// Whether anything in this place changes.
    var mixes: Bool {
      switch kinds {
      case [.integer, .float]: true
      case .list: elements?.mixes ?? false
      case .object: fields.values.allSatisfy { $0.count == count } && fields.values.contains(where: \.mixes)
      default: false
      }
    }

    func unified(_ value: TemplateValue) -> TemplateValue {
      switch value {
      case .integer(let number) where mixes: .float(Double(number))
      case .list(let list) where mixes: .list(list.map { elements?.unified($0) ?? $0 })
      case .dictionary(let object) where mixes: .dictionary(unified(object))
      default: value
      }
    }

    func unified(_ object: TemplateDictionary) -> TemplateDictionary {
      var result = object
      for (name, place) in fields where place.mixes {
        if let value = object[name] { result[name] = place.unified(value) }
      }
      return result
    }
  }

  /// The documents with the numbers of each column of one type.
  public static func unified(_ documents: [TemplateDictionary]) -> [TemplateDictionary] {
    let place = Place()
    documents.forEach(place.see)
    return place.fields.values.contains(where: \.mixes) ? documents.map(place.unified) : documents
  }
}
