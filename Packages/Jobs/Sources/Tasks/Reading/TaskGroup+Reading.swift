import Configurate

extension TaskGroup {
  static func aggregates(_ reader: inout TaskReader) -> [Aggregate] {
    guard let node = reader.node("aggregate_metric_list") else { return [] }
    return (node.list ?? [node]).compactMap { entry in
      guard let mapping = entry.mapping, let metric = reader.text("metric", in: mapping) else {
        reader.report(entry, .incomplete(.entry(of: "aggregate_metric_list"), needs: ["metric"]))
        return nil
      }
      reader.checkKeys(
        mapping, known: ["metric", "filter_list", "aggregation", "weight_by_size"],
        in: "aggregate_metric_list/")
      if let aggregation = mapping["aggregation"], aggregation.text != "mean" {
        reader.report(aggregation, .groupAggregation(found: aggregation.phrase))
      }
      return Aggregate(
        metric: metric, filters: reader.texts("filter_list", in: mapping),
        isWeighted: reader.boolean("weight_by_size", in: mapping) ?? true)
    }
  }
}
