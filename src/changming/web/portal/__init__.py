"""The portal: what people see, phone first, in Chinese and English, with or without scripts."""
