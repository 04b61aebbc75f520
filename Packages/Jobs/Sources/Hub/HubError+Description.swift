import Basics

extension HubError {
  /// A lower case sentence without a full stop.
  public var description: String {
    switch remedy {
    case .request, .missing: requestSentence
    case .unauthorized: tokenSentence
    case .transfer: transferSentence
    case .damaged, .unwritable: damageSentence
    }
  }

  private var requestSentence: String {
    switch kind {
    case .noModelName(let text):
      "'\(text)' is not a model's name: expected ORG/NAME or ORG/NAME@REVISION"
    case .noRevisionName(let revision, let text):
      "'\(revision)' in '\(text)' is not a revision: expected a branch, a tag or a commit"
    case .noAddress(let variable, let value):
      "\(variable) is '\(value)', expected an address like 'https://huggingface.co'"
    case .severalWeights(let model, let names):
      "model '\(model)' has several weights, \(quotedList(names)): download one and give its path"
    case .leavesFolder(let what, let name, let dataset):
      "\(what) '\(name)' of data set '\(dataset)' would leave the folder of data"
    case .offline(let item, let cache?):
      "\(item) is not in the cache '\(cache)', and HF_HUB_OFFLINE forbids to download it"
    case .offline(let item, nil): "\(item): HF_HUB_OFFLINE forbids to download it"
    case .noWeights(let model, let pickled?):
      "model '\(model)' has its weights in '\(pickled)' only, a pickle, which could run code: convert it with "
        + "transformers' save_pretrained(…, safe_serialization=True)"
    case .noWeights(let model, nil): "model '\(model)' has no weights: no safetensors, no GGUF"
    case .notFound(let item, let host): "'\(host)' has no \(item)"
    case .noRevision(let kind, let name, let revision, let host):
      "\(kind.noun) '\(name)' has no revision '\(revision)' on '\(host)'"
    case .noConfiguration(let dataset, let name, let known):
      "data set '\(dataset)' has no configuration '\(name)'; there are \(quotedList(known))"
    case .noSplit(let dataset, let name, let known):
      "data set '\(dataset)' has no split '\(name)'; there are \(quotedList(known))"
    case .onlyPart(let dataset, let host):
      "'\(host)' knows only a part of data set '\(dataset)', which is too large"
    case .cutTexts(let dataset): "the Hub cuts long texts of data set '\(dataset)'"
    default: contextSentence
    }
  }

  private var tokenSentence: String {
    switch kind {
    case .gated(let model, let address, let hasToken):
      "model '\(model)' is gated: accept its terms at '\(address)' and "
        + (hasToken ? "use a token of that account" : "give your token in HF_TOKEN")
    case .hidden(let item, let host, let hasToken):
      hasToken
        ? "'\(host)' does not show \(item) to the owner of this token: check its name and the token's rights"
        : "'\(host)' does not show \(item) to strangers: check its name, or give a token in HF_TOKEN or in the "
          + "file 'token' of HF_HOME"
    case .hiddenDataset(let name, let host):
      "'\(host)' does not show data set '\(name)': check its name, or give a token that may read it in HF_TOKEN"
    default: contextSentence
    }
  }

  private var transferSentence: String {
    switch kind {
    case .broken(let host, .noResponse): "no response from '\(host)'"
    case .broken(let host, let reason): "the transfer from '\(host)' broke: \(reason)"
    case .busy(let host, let item): "'\(host)' asks us to wait before we ask for \(item) again"
    case .status(let status, let host, let item): "'\(host)' answers \(status) when asked for \(item)"
    case .redirect(let host, .noAddress(let location)):
      "'\(host)' redirects to '\(location)', which is no web address"
    case .redirect(let host, .unsafe(let location)):
      "'\(host)' redirects from https to '\(location)', which is not safe"
    case .redirect(let host, .endless(let count)): "'\(host)' redirects more than \(count) times"
    case .incomplete(let file, let arrived, let expected):
      "the transfer of '\(file)' broke after \(arrived) of \(expected) bytes"
    case .changed(let file): "'\(file)' changed on the server while it was fetched"
    case .noRange(let file, let start): "the server does not have the bytes of '\(file)' from \(start) on"
    case .wrongRange(let start, let found): "requested bytes from \(start), the server sends '\(found)'"
    case .resumable(let file, let model, let reason):
      "\(reason); '\(file)' of '\(model)' is resumed when you try again"
    default: contextSentence
    }
  }

  private var damageSentence: String {
    switch kind {
    case .notUnderstood(let item, nil): "\(item) cannot be understood"
    case .notUnderstood(let item, let status?): "\(item): a response of status \(status) cannot be understood"
    case .tooLong(let item, let limit): "\(item) is longer than \(limit) bytes"
    case .moreThanAnnounced(let path, let size):
      "'\(path)' was announced with \(size) bytes, and more arrive"
    case .noSize(let file, let model): "the server does not announce how long '\(file)' of '\(model)' is"
    case .wrongDigest(let file, let model, let expected):
      "'\(file)' of '\(model)' arrived damaged: its digest is not '\(expected)'"
    case .noTag(let file, let model, let found):
      "the Hub does not say which bytes '\(file)' of '\(model)' has: its ETag is '\(found)'"
    case .fileOutside(let model, let file):
      "model '\(model)' has a file '\(file)', which would leave its folder"
    case .wrongRows(let dataset, let rows):
      "the Hub's rows of data set '\(dataset)' are not those asked for: \(rows)"
    case .unwritable(let action, let reason): "cannot \(action): \(reason)"
    case .symbolicLink(let path):
      "'\(path)' is a symbolic link, through which nothing is written: remove it, or name the folder it leads to in "
        + "HF_HUB_CACHE"
    default: contextSentence
    }
  }

  /// Of an error whose remedy is that of its reason.
  private var contextSentence: String {
    guard case .neitherPathNorModel(let path, let nearest, let reason) = kind else { return "\(kind)" }
    return "no file or folder '\(path)'\(suggestion(nearest)); as a model of the Hub: \(reason)"
  }
}

extension HubError.Item: CustomStringConvertible {
  public var description: String {
    switch self {
    case .repository(let kind, let name): "\(kind.noun) '\(name)'"
    case .file(let name, let repository): "file '\(name)' of \(repository)"
    case .answer(let host, let item): "the answer of '\(host)' about \(item)"
    case .response(let host): "the response of '\(host)'"
    case .head(let host): "the head of a response of '\(host)'"
    }
  }
}

extension HubError.Break: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused: "it refuses the connection"
    case .noHost: "there is no such host"
    case .timeout: "it does not answer"
    case .lost: "the connection was lost"
    case .notTrusted: "its certificate is not trusted"
    case .noResponse: "no response"
    case .tooSlow(let rate): "it sends fewer than \(Int(rate)) bytes a second"
    case .other(let reason): reason
    }
  }
}

extension HubError.Rows: CustomStringConvertible {
  public var description: String {
    switch self {
    case .index(let expected, let found): "expected row \(expected), found row \(found)"
    case .total(let before, let found): "first there were \(before), now \(found)"
    case .excess(let count, let total): "expected at most \(total), found \(count)"
    case .missing: "there are none"
    }
  }
}
