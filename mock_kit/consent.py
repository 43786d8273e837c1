"""The page on which a person lets a program in; Flask escapes what is put into it."""

CONSENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ policy.title }}: allow access</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}
label{display:block;padding:.3rem 0}button{font:inherit;padding:.5rem 1.2rem;margin:1rem .5rem 0 0}</style></head>
<body><h1>{{ policy.title }}</h1>
<p><strong>{{ grant.client.name }}</strong> asks for access: {{ grant.request.payload.scope }}</p>
<form method="post">
{% for tenant in tenants %}<label>
<input type="{{ 'checkbox' if policy.several_tenants else 'radio' }}" name="tenant_id"
 value="{{ tenant.tenant_id }}"{% if loop.first %} checked{% endif %}> {{ tenant.name }}</label>
{% else %}<p>There is no practice yet: load a world first.</p>{% endfor %}
{% if policy.several_tenants %}<label>Who you are, if what you agree to is to add up:
<input name="person" placeholder="ann@practice.example"></label>
{% endif %}<button name="decision" value="allow">Allow access</button><button name="decision" value="deny">Cancel</button>
</form></body></html>
"""
