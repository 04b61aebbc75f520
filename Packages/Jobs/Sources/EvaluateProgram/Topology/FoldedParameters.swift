import Models
import Sharding

/// The parameters of a survey, those that all layers have alike made one: `layers/0…29/mlp/up_proj/weight`.
struct FoldedParameters {
  struct Group {
    /// What stands before and after the number of the layer; no number where `after` is `nil`.
    let before: String
    let after: String?
    var layers: [Int]
    /// One of them.
    let example: SurveyedParameter

    var path: String {
      guard let after else { return before }
      let isRun = zip(layers, layers.dropFirst()).allSatisfy { $0 + 1 == $1 }
      let numbers =
        layers.count > 1 && isRun
        ? "\(layers[0])…\(layers[layers.count - 1])" : layers.map(String.init).joined(separator: ",")
      return before + numbers + after
    }
  }

  private(set) var groups: [Group] = []

  init(_ parameters: [SurveyedParameter]) {
    struct Key: Hashable {
      let before: String
      let after: String?
      let slices: [TensorSlice]
    }
    var known: [Key: Int] = [:]
    for parameter in parameters {
      let (before, layer, after) = Self.split(parameter.path)
      let key = Key(before: before, after: after, slices: parameter.slices)
      if let index = known[key], let layer {
        groups[index].layers.append(layer)
      } else {
        known[key] = groups.count
        groups.append(
          Group(before: before, after: after, layers: layer.map { [$0] } ?? [], example: parameter))
      }
    }
  }

  /// A path at the first number in it, which is the layer's.
  private static func split(_ path: String) -> (before: String, layer: Int?, after: String?) {
    guard let match = path.firstMatch(of: #/[0-9]+/#), let layer = Int(match.output) else {
      return (path, nil, nil)
    }
    return (String(path[..<match.range.lowerBound]), layer, String(path[match.range.upperBound...]))
  }
}
