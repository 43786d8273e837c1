"""The smallest Flask app that is shaped like a fake: 22 KB of XML, one hook before a call and one after."""

from flask import Flask, Response, g

from mock_kit.server import bind, serve_until_signal

BODY = b"<Client>%b</Client>" % (b"x" * 423) * 50


def create_app() -> Flask:
    app = Flask("plain")
    app.add_url_rule("/", "list", lambda: Response(BODY, mimetype="text/xml"))

    @app.before_request
    def begin() -> None:
        g.call = "plain"

    @app.after_request
    def note(response: Response) -> Response:
        response.headers["X-Operation"] = g.call
        return response

    return app


def main() -> None:
    listener = bind(create_app())
    print(f"plain on {listener.url}", flush=True)  # noqa: T201  # read by who started it
    serve_until_signal(listener)


if __name__ == "__main__":
    main()
