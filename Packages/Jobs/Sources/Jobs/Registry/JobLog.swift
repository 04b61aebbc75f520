import Logging

/// What jobs report to people.
let jobLog = Logger(label: "assay.jobs")
