"""Pages over the library, for a server and for a browser without one; no arithmetic stands here."""

from shapecalc.web.request import WebRequest as WebRequest
from shapecalc.web.request import WebResponse as WebResponse
