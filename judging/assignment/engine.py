"""HiGHS, silent and on one thread."""

import highspy

OPTIONS = {"output_flag": False, "log_to_console": False, "threads": 1, "random_seed": 1}


class Engine(highspy.Highs):
    """Takes its options at once. Callbacks stay off: nobody asks for them, and switching them on prints a banner."""

    def __init__(self, **options):
        super().__init__()
        for option, value in {**OPTIONS, **options}.items():
            self.setOptionValue(option, value)

    def enableCallbacks(self):  # noqa: N802 - the library's name
        pass
