"""The parts of a report: each makes a section of one data set, empty where there is nothing to show."""
