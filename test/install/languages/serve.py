# The service of the test around the snippet tokens.py.
from fastapi import Depends, FastAPI

from tokens import user

app = FastAPI()


@app.get("/")
async def mine(claims=Depends(user)):
    return claims
