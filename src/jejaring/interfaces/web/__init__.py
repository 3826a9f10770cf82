"""Pages: each view turns a request into one action or query, and shows what came of it.

`gates` says who may come in, `answering` what somebody sees whom the rules refuse, `speaking` in which
language. Each folder is a subject with its urls, forms and views; its pages are in templates/<subject>.
"""
