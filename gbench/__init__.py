"""gbench: which GAN training techniques really work on your data, and how reliably?"""

__version__ = "0.1.0"
