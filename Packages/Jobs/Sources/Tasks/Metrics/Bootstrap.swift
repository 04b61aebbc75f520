import Evaluations
import Foundation
import Synchronization
import TensorCore

/// The spread of a statistic over resamples with replacement, drawn from CPython's stream.
///
/// Resamples come in chunks of 1000; chunk i draws with `random.Random(i).choices`. So the chunks run in parallel and
/// the result is the one that lm-evaluation-harness prints, to the last digit.
///
/// - Source: Efron 1979; lm-evaluation-harness 0.4.13, `bootstrap_stderr`.
struct Bootstrap: Sendable {
  var resamples = 100_000

  /// The sample standard deviation of the statistic.
  ///
  /// - Parameter statistic: Called with the indices of one resample, `[count]`, from several threads.
  func standardError(of count: Int, _ statistic: @escaping @Sendable ([Int]) -> Double) -> Double {
    let chunk = min(1000, resamples)
    let chunks = resamples / chunk
    let results = Mutex([[Double]](repeating: [], count: chunks))
    ThreadPool.shared.run(chunks) { seed in
      var random = PythonRandom(seed: UInt64(seed))
      var drawn = [Int](repeating: 0, count: count)
      let values = (0..<chunk).map { _ in
        for index in drawn.indices { drawn[index] = Int(random.uniform() * Double(count)) }
        return statistic(drawn)
      }
      results.withLock { $0[seed] = values }
    }
    let values = results.withLock { Array($0.joined()) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}

/// The labels of samples, right and predicted, for metrics of a whole corpus.
struct LabelPairs: Sendable {
  private var golds: [Int] = []
  private var predictions: [Int] = []
  /// Labels as indices into a confusion matrix, for speed.
  private var classes: [Int: Int] = [:]
  private var goldClasses: [Int] = []
  private var predictedClasses: [Int] = []

  init(_ values: [SampleValue.Content]) {
    var texts: [String: Int] = [:]
    for value in values {
      switch value {
      case .labels(let gold, let predicted):
        golds.append(gold)
        predictions.append(predicted)
      case .texts(let references, let answers):
        // A text is a label of its own, never 0 or 1, which only numbers are.
        for (text, isGold) in [(references.first ?? "", true), (answers.first ?? "", false)] {
          let label = texts[text, default: texts.count + 2]
          texts[text] = label
          if isGold { golds.append(label) } else { predictions.append(label) }
        }
      default: break
      }
    }
    for label in golds + predictions where classes[label] == nil { classes[label] = classes.count }
    goldClasses = golds.compactMap { classes[$0] }
    predictedClasses = predictions.compactMap { classes[$0] }
  }

  /// 2·tp / (2·tp + fp + fn) of the label 1, 0 where that label never occurs; not a number for more than two labels, as
  /// the binary score is not defined for them.
  ///
  /// - Source: scikit-learn, `f1_score` with its defaults.
  func f1(_ indices: some Collection<Int>) -> Double {
    guard classes.count <= 2, classes.keys.allSatisfy({ $0 == 0 || $0 == 1 }) else { return .nan }
    var both = 0
    var either = 0
    for index in indices {
      either += golds[index] + predictions[index]
      both += golds[index] & predictions[index]
    }
    return either == 0 ? 0 : 2 * Double(both) / Double(either)
  }

  /// Matthews' correlation coefficient of any number of labels; 0 where either side has only one.
  ///
  /// - Source: Gorodkin 2004; scikit-learn, `matthews_corrcoef`.
  func matthews(_ indices: some Collection<Int>) -> Double {
    var golds = [Int](repeating: 0, count: classes.count)
    var predictions = golds
    var correct = 0
    for index in indices {
      golds[goldClasses[index]] += 1
      predictions[predictedClasses[index]] += 1
      if goldClasses[index] == predictedClasses[index] { correct += 1 }
    }
    func dot(_ a: [Int], _ b: [Int]) -> Int { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let square = indices.count * indices.count
    let covariance = Double(correct * indices.count - dot(golds, predictions))
    let variance = Double(square - dot(predictions, predictions)) * Double(square - dot(golds, golds))
    return variance == 0 ? 0 : covariance / variance.squareRoot()
  }

  /// Of each label the precision and recall's harmonic mean and how often it is right, in no order.
  ///
  /// - Source: scikit-learn, `f1_score` with `average=None`; 0 where a label is never right nor predicted.
  var f1OfLabels: [(f1: Double, support: Int)] {
    var both = [Int](repeating: 0, count: classes.count)
    var either = both
    var support = both
    for (gold, predicted) in zip(goldClasses, predictedClasses) {
      either[gold] += 1
      either[predicted] += 1
      support[gold] += 1
      if gold == predicted { both[gold] += 1 }
    }
    return zip(zip(both, either), support).map { counts, support in
      (counts.1 == 0 ? 0 : 2 * Double(counts.0) / Double(counts.1), support)
    }
  }

  /// The share of equal labels.
  var accuracy: Double {
    golds.isEmpty ? .nan : Double(zip(golds, predictions).count { $0 == $1 }) / Double(golds.count)
  }
}

/// F1 of all labels as one number.
enum LabelF1 {
  /// The mean of the labels' F1, each counted as often as it is right.
  ///
  /// - Source: scikit-learn, `f1_score` with `average="weighted"`.
  static let weighted: AggregationFunction = { values in
    let labels = LabelPairs(values).f1OfLabels
    let total = labels.reduce(0) { $0 + $1.support }
    return total == 0 ? .nan : labels.reduce(0) { $0 + $1.f1 * Double($1.support) } / Double(total)
  }

  /// The mean of the labels' F1.
  ///
  /// - Source: scikit-learn, `f1_score` with `average="macro"`.
  static let macro: AggregationFunction = { values in
    let labels = LabelPairs(values).f1OfLabels
    return labels.isEmpty ? .nan : labels.reduce(0) { $0 + $1.f1 } / Double(labels.count)
  }

  /// With one label a sample, the share of samples that are right.
  ///
  /// - Source: scikit-learn, `f1_score` with `average="micro"`.
  static let micro: AggregationFunction = { LabelPairs($0).accuracy }
}
