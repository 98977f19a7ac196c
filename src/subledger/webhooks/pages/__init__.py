"""Pages of webhooks: endpoints, what was delivered to each, and sending again."""

from subledger.kernel.sentences import say
from subledger.page_kit.faces import Kept, Link, Named, PageFace, Part, page
from subledger.page_kit.url_ids import page_url
from subledger.webhooks.models import WebhookEndpoint
from subledger.webhooks.states import EndpointState

from . import deliveries, endpoints, event_words, home

PAGES = PageFace(
    paths=(
        page("webhooks/", endpoints.EndpointsPage, "webhook_endpoints"),
        page("webhooks/new/", endpoints.EndpointNewPage, "webhook_endpoint_new"),
        page("webhooks/<whk:endpoint_id>/", endpoints.EndpointPage, "webhook_endpoint"),
        page("webhooks/<whk:endpoint_id>/edit/", endpoints.EndpointEditPage, "webhook_endpoint_edit"),
        page("webhooks/<whk:endpoint_id>/secret/", endpoints.EndpointSecretPage, "webhook_endpoint_secret"),
        page("webhooks/<whk:endpoint_id>/replay/", deliveries.ReplayPage, "webhook_replay"),
        page("webhooks/<whk:endpoint_id>/deliveries/", deliveries.DeliveriesPage, "webhook_deliveries"),
        page("webhooks/<whk:endpoint_id>/<slug:verb>/", endpoints.EndpointActionPage, "webhook_endpoint_action"),
        page("webhooks/deliveries/<whd:delivery_id>/", deliveries.DeliveryPage, "webhook_delivery"),
        page("webhooks/deliveries/<whd:delivery_id>/again/", deliveries.DeliveryAgainPage, "webhook_delivery_again"),
    ),
    configuration=(
        Kept(
            say("Programs"),
            55,
            links=(
                Link(
                    say("Webhooks"),
                    "webhook_endpoints",
                    say("Addresses that are told what happens, as it happens."),
                    "view",
                ),
            ),
        ),
    ),
    parts=(Part("home", "todo", 80, home.todo),),
    event_words=event_words.EVENT_WORDS,
    things=event_words.THINGS,
    event_labels=event_words.LABELS,
    badges={"delivered": ("good", "check"), "disabled": ("bad", "ban")},
    named={
        "webhook_endpoint": Named(
            lambda idents: WebhookEndpoint.objects.filter(pk__in=idents),
            str,
            lambda row: page_url("webhook_endpoint", row.pk) if row.state != EndpointState.DELETED else "",
        )
    },
)
