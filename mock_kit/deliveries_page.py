"""The page of webhook deliveries; Flask escapes what is put into it, and it asks for nothing else."""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ name }}: webhook deliveries</title>
<style>
:root{color-scheme:light dark}
body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:84rem;padding:0 1.2rem}
h1{font-size:1.4rem;margin:0}p{margin:.3rem 0}
form{display:flex;flex-wrap:wrap;gap:.8rem;margin:1rem 0;align-items:end}
label{display:grid;font-size:.85rem}input,button{font:inherit;padding:.25rem .5rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.45rem .7rem .45rem 0;border-bottom:1px solid #8884}
th{font-size:.85rem;font-weight:600}
code{font-size:.85em;overflow-wrap:anywhere}small{opacity:.75}time{white-space:nowrap}
.is{border-radius:.3rem;padding:.05rem .45rem;white-space:nowrap;color:#fff;background:#555}
.delivered{background:#1a7f37}.waiting{background:#0757ba}.lost,.given{background:#b3261e}
ol{margin:0;padding:0;list-style:none;font-variant-numeric:tabular-nums}
</style></head>
<body><h1>Webhook deliveries of {{ name }}</h1>
<p>It is <time>{{ now }}</time> here; the clock is {{ mode }}{% if mode == "frozen" %},
so nothing goes before <code>POST /_control/deliveries/run</code>{% endif %}.
{% if counted %}In all:{% endif %} {% for one in counted %}<span class="is {{ one.outcome }}">{{ one.many }} {{ one.outcome }}</span>
{% endfor %}</p>
<form>{% for name in filters %}<label>{{ name }}
<input name="{{ name }}" value="{{ asked.get(name, '') }}"
{%- if name == "event" %} placeholder="proposal.* or evt_…"{% endif %}></label>{% endfor %}
<button>Show</button></form>
{% if rows %}<table><thead><tr><th>#<th>Event<th>Practice, subscription<th>Outcome<th>Next attempt<th>Attempts</tr></thead>
<tbody>{% for row in rows %}<tr>
<td>{{ row.seq }}
<td><strong>{{ row.type }}</strong><br><code>{{ row.event_id }}</code><br><small><time>{{ row.created_at }}</time></small>
<td>{{ row.tenant_id }}<br><code>{{ row.subscription }}</code>
<td><span class="is {{ row.outcome }}">{{ row.outcome }}</span>
<td>{% if row.due_at %}no. {{ row.next_attempt }}, <time>{{ row.due_at }}</time>
{%- if row.copies_left %}<br><small>copies left: {{ row.copies_left }}</small>{% endif %}
{%- if row.behind %}<br><small>or after {{ row.behind }} later one{{ "s" if row.behind > 1 }}</small>{% endif %}
{%- if row.until and row.outcome == "waiting" %}<br><small>tried until {{ row.until }}</small>{% endif %}
{%- else %}none{% endif %}
<td><ol>{% for one in row.history %}<li>{{ one.attempt }}. <time>{{ one.at }}</time> <strong>{{ one.result }}</strong>
{%- if one.fault %} <small>fault: {{ one.fault }}</small>{% endif %}</li>{% else %}<li>none yet</li>{% endfor %}</ol>
</tr>{% endfor %}</tbody></table>
{% else %}<p>There is nothing to show.</p>{% endif %}
{% if older %}<p><a href="?{{ older | urlencode }}">Older ones</a></p>{% endif %}
<p><small>The newest first. Of deliveries that have ended the last {{ "{:,}".format(kept) }} are kept.
Programs get the same as JSON.</small></p>
</body></html>
"""
