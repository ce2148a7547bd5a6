"""From what happened and what people wrote to a postmortem draft. Pure: no AI, no I/O.

    Material ──► masking ──► entries ──► timeline ─┐
    (facts,      (no secret   (what       ├──► draft ──► Markdown
     messages)    gets past)   matters)  evidence ─┤
                                         blame ────┘

What decides lies in tables that anybody can read and change: `rules.RULES` (what is
masked), `relevance.SIGNALS` (which messages matter), `evidence.TOPICS` (which sentences go
where), `blame.PHRASES` (which words to look at again). People's words are quoted with
their author and a link, never rewritten. The same material gives the same bytes.

Reading Slack, storing and sharing the document live elsewhere.
"""
