/// The list of all samples, which the page's program fills.
struct ExplorerSection {
  private let runs: [ReportedRun]
  private let tables: [SampleTable]

  init(_ runs: [ReportedRun], _ tables: [SampleTable]) {
    self.runs = runs
    self.tables = tables
  }

  var markup: Markup {
    """
    <section id="samples" aria-labelledby="samples-title">
    <h2 id="samples-title">Samples</h2>
    <noscript><p class="note">The samples are listed by the page's own program, which this browser does not run.</p></noscript>
    <div id="explorer">
    <form id="filters" class="tools" role="search" aria-label="Filter samples">
    <input type="search" name="words" placeholder="Search texts and answers ( / )" aria-label="Search texts and answers" \
    autocomplete="off" spellcheck="false">
    <select name="task" aria-label="Task"><option value="-1">All tasks</option>\(options(tables.map(\.name)))</select>
    \(runMenu)\(buttons)</form>
    <p id="count" class="faint" aria-live="polite">Reading samples …</p>
    <div id="list" class="list" role="grid" tabindex="0" \
    aria-label="Samples; arrow keys choose one, Enter opens it"></div>
    </div>
    <section id="sample" aria-label="Sample" hidden></section>
    </section>

    """
  }

  private func options(_ names: [String]) -> [Markup] {
    names.enumerated().map { "<option value=\"\($0)\">\($1)</option>" }
  }

  /// Whose samples are filtered, where there are several runs.
  private var runMenu: Markup {
    guard runs.count > 1 else { return "" }
    return """
      <select name="run" aria-label="Run"><option value="-1">Any run</option>\(options(runs.map(\.label)))</select>

      """
  }

  private var buttons: [Markup] {
    let names = ["wrong"] + (runs.count > 1 ? ["flipped"] : []) + ["truncated", "tied"]
    return names.map { "<button type=\"button\" name=\"\($0)\" aria-pressed=\"false\">\($0)</button>\n" }
  }
}
