"""The referee: judges a plan independently of the engine that made it.

Written from the interchange format alone; nothing here imports the engine.
Start at `sharing.faults_of_plan`; the exact rules are in `rules`, the second
optimisation model in `model`, a third one in `other_solver`. Format version 2:
`fields` and `roads` read it, `ages` follows goods that do not keep, `cash` the money,
`scenarios` changes a network's file, `networks_two` draws random networks.
"""
