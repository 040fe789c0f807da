"""Two addresses for whoever watches the system: is the process alive, and could it serve a page now."""

from __future__ import annotations

from django.db import DatabaseError, connections, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, its schema is this program's, and nobody serves with a powerful role."""
    found: dict[str, object] = {}
    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("select count(*) from django_migrations")
            found["migrations"] = cursor.fetchone()[0]
            cursor.execute("select not (rolsuper or rolbypassrls) from pg_roles where rolname = current_user")
            found["role_is_plain"] = cursor.fetchone()[0]
            cursor.execute(
                "select count(*), coalesce(extract(epoch from now() - min(scheduled_at)), 0)::int "
                "from procrastinate_jobs where status = 'todo' and scheduled_at < now()"
            )
            found["jobs_waiting"], found["oldest_job_seconds"] = cursor.fetchone()
        fine = bool(found["migrations"]) and bool(found["role_is_plain"])
    except DatabaseError as error:
        found["database"] = type(error).__name__
        fine = False
    found["ready"] = fine
    return JsonResponse(found, status=200 if fine else 503)
