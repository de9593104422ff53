"""Pages about the hall itself, and those that say what went wrong."""

import asyncio
import ipaddress
import secrets
import sys
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from hall.metrics import CONTENT_TYPE_LATEST, exposition

LAYER_SECONDS = 2.0
RETRY_SECONDS = 10


def healthz(_request: HttpRequest) -> JsonResponse:
    """Alive: the process answers. Whether what it needs is there is asked of /readyz."""
    return JsonResponse({"status": "ok"})


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "missing" if missing else "ok"


def _channel_layer() -> str:
    layer = get_channel_layer()

    async def ring() -> None:
        await asyncio.wait_for(layer.group_send("readyz", {"type": "readyz"}), LAYER_SECONDS)

    async_to_sync(ring)()
    return "ok"


@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 where database, migrations and channel layer are as the hall needs them, else 503.

    The answer names what failed and nothing else: it may be asked by anyone.
    """
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "channel_layer": _channel_layer,
    }
    found = {name: _checked(check) for name, check in checks.items()}
    ready = set(found.values()) == {"ok"}
    body = {"status": "ok" if ready else "not ready", "checks": found}
    return JsonResponse(body, status=200 if ready else 503)


def _checked(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, RedisError, OSError, RuntimeError):
        return "failed"


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: by `HALL_METRICS_TOKEN`, or without one to this host alone.

    Behind a proxy nobody gets them without a token: what the proxy passes on comes from this host.
    """
    if not _may_measure(request):
        return HttpResponse(status=404)
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    if settings.HALL_METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.HALL_METRICS_TOKEN.encode())
    if settings.HALL_SECURE or settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return False
    forwarded = "X-Forwarded-For" in request.headers
    address = request.META.get("REMOTE_ADDR") or ""
    try:
        return not forwarded and ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _told(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    context = {"status": status, "title": title, "sentence": sentence}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        # No page of ours can be reached under this name: not one with links, nor one that asks it.
        sentence = _(
            "您打开的不是议事厅的网址。请核对网址，或者重新扫描议事厅的二维码。"
            "如果您是管理员：请把这个网址里的主机名写进 HALL_HOSTS，再重新启动。"
        )
        context = {"title": _("网址不对"), "sentence": sentence, "nowhere": True}
        return HttpResponse(render_to_string("alone.html", context), status=400)
    return _told(request, 400, _("请求有误"), _("浏览器发来的内容无法处理，请返回后重试。"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _told(request, 403, _("没有权限"), _("您没有查看或操作这里的权限。"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _told(request, 404, _("没有找到"), _("这个页面不存在，或已经移走。"))


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs nothing: whatever failed may be what other pages need.

    503 where the database did not answer, or had no connection left: it may in a moment.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return _busy(request)
    sentence = _("这一步没有完成，已经记录下来。请过一会儿再试；已显示“已收到”的内容不会丢失。")
    context = {"title": _("出了故障"), "sentence": sentence}
    return HttpResponse(render_to_string("alone.html", context), status=500)


def _busy(request: HttpRequest) -> HttpResponse:
    sentence = _(
        "议事厅一时忙不过来，这一步可能没有完成。请过几秒钟再试；已显示“已收到”的内容不会丢失。"
    )
    again = request.get_full_path() if request.method == "GET" else ""
    context = {"title": _("系统正忙"), "sentence": sentence, "again": again}
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return HttpResponse(render_to_string("alone.html", context), status=503, headers=headers)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _(
        "页面停留太久，或者在别的页面重新登录过，为安全起见没有提交。"
        "请回到刚才那一页再提交一次，写好的内容一般还在；还不行，请允许浏览器保存 Cookie。"
    )
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    context = {
        "status": 403,
        "title": _("没有提交成功"),
        "sentence": sentence,
        "back": came_from if ours else request.path,
    }
    return render(request, "error.html", context, status=403)
