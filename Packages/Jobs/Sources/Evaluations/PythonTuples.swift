package import Templating

extension TemplateValue {
  /// The value with a list in place of each tuple that ``SampleValue/Content/python(_:)`` marks as `{"()": […]}`.
  package var withoutTuples: TemplateValue {
    switch self {
    case .list(let elements): return .list(elements.map(\.withoutTuples))
    case .dictionary(let dictionary):
      if dictionary.count == 1, let elements = dictionary["()"] { return elements.withoutTuples }
      var result = TemplateDictionary()
      for (key, value) in zip(dictionary.keys, dictionary.values) {
        if case .string(let name) = key { result[name] = value.withoutTuples }
      }
      return .dictionary(result)
    default: return self
    }
  }
}
