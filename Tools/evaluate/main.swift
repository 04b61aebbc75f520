import EvaluateCommand

EvaluateCommand.main()
