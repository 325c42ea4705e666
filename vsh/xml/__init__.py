"""Documents: read into plain models, completed, checked, and written as libvirt writes them.

``from vsh.xml.engine.reader import read``; the models are ``vsh.xml.domain.Domain``,
``vsh.xml.moment.snapshot.DomainSnapshot`` and so on, one module per format.
"""
