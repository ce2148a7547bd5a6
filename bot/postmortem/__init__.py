"""Postmortem drafts: facts and messages in, a Markdown document out. Pure: no AI, no I/O.

    Material ──► masking ──► entries ──► timeline ─┐
    (facts,      (secrets    (what       ├──► draft ──► Markdown
     messages)    removed)    matters)  evidence ─┤
                                         blame ────┘

The rules are tables that anybody can read and change: `rules.RULES` (what is masked),
`relevance.SIGNALS` (which messages matter), `evidence.TOPICS` (which sentences belong to which
section), `blame.PHRASES` (which wording to reconsider). People are quoted with name and link,
and never rewritten. The same material gives the same bytes.

Not here: reading Slack, and storing and sharing the document (`workers.postmortem`).
"""
