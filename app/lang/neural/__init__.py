"""What `torch.nn` and `torch.optim` give a program: modules, layers, optimizers, schedulers, loaders."""
